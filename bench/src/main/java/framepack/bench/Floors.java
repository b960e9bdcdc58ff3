package framepack.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Shares of the ceilings below which a kernel has lost something: no times, so they hold on any machine. A floor is half
/// of what is usual; what loses less than that is for [Comparison] to find.
///
/// @param shares least share by the key of a line
record Floors(Map<String, Double> shares) {
  static Floors read(Path file) throws IOException {
    return new Floors(
        new TreeMap<>(
            JsonMapper.builder()
                .build()
                .readValue(Files.readString(file), new TypeReference<Map<String, Double>>() {})));
  }

  /// Whether there is a floor for this that no line reaches.
  boolean isBroken(String key, List<Line> lines) {
    Double floor = shares.get(key);
    return floor != null && !(best(key, lines) >= floor);
  }

  /// One for every floor that no line reaches.
  List<String> complaints(List<Line> lines) {
    return shares.keySet().stream()
        .filter(key -> isBroken(key, lines))
        .map(key ->
            "%s reaches %.0f %% of the machine's ceiling, at least %.0f %% is expected"
                .formatted(key, 100 * best(key, lines), 100 * shares.get(key)))
        .toList();
  }

  private static double best(String key, List<Line> lines) {
    return lines.stream()
        .filter(line -> line.key().equals(key))
        .mapToDouble(Line::share)
        .max()
        .orElse(0);
  }
}
