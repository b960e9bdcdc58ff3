package framepack.tests.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What must be the same bytes in an archive whenever the same runs are finished in it: all but times and who did it.
/// Half-written files would be among them.
final class ArchiveBytes {
  private static final String MAY_DIFFER =
      "cost.json|provenance.json|events.*|report.html|runs.csv|[.]lock";

  private ArchiveBytes() {}

  /// A hash of every file, by its place in the archive.
  static Map<String, Integer> of(Path archive) throws IOException {
    Map<String, Integer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(archive)) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        if (!path.getFileName().toString().matches(MAY_DIFFER)) {
          contents.put(
              archive.relativize(path).toString(), Arrays.hashCode(Files.readAllBytes(path)));
        }
      }
    }
    return contents;
  }
}
