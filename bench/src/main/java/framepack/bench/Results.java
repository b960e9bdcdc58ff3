package framepack.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// The lines that are kept.
final class Results {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Results() {}

  /// All lines of a file, or of every `*.jsonl` in a folder, in order of time.
  static List<Line> read(Path from) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (Path file : files(from)) {
      for (String json : Files.readAllLines(file)) {
        lines.add(JSON.readValue(json, Line.class));
      }
    }
    return lines;
  }

  private static List<Path> files(Path from) throws IOException {
    if (!Files.isDirectory(from)) {
      return List.of(from);
    }
    try (Stream<Path> found = Files.list(from)) {
      return found.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList();
    }
  }
}
