package framepack.bench;

import framepack.bench.race.WeightsRace;
import java.util.ArrayList;
import java.util.List;

/// The part of the tables that shows a layer's time by the type in which its weights are stored.
final class WeightsTable {
  private static final String BENCHMARK = "race." + WeightsRace.class.getSimpleName();

  private WeightsTable() {}

  static boolean shows(Line line) {
    return line.benchmark().equals(BENCHMARK);
  }

  static void add(List<String> text, List<Line> lines) {
    if (lines.isEmpty()) {
      return;
    }
    List<String> names = lines.getFirst().rivals().stream().map(Rival::name).toList();
    text.add("");
    text.add("### Weights by type");
    text.add("");
    text.add(
        "How long a layer takes of its time with weights in f32, turn by turn in one process; in brackets its ms and the share of"
            + " the peak beside.");
    text.add("");
    text.add("| shape | device | f32 (ms, share) | " + String.join(" | ", names) + " |");
    text.add("|---|---|--:|" + "--:|".repeat(names.size()));
    for (Line line : lines) {
      List<String> cells = new ArrayList<>(List.of(line.shape(), line.device()));
      cells.add(time(line, line.median()));
      for (Rival rival : line.rivals()) {
        cells.add("%.2f (%s)".formatted(rival.ratio(), time(line, rival.median())));
      }
      text.add("| " + String.join(" | ", cells) + " |");
    }
  }

  private static String time(Line line, double micros) {
    double share = line.gflops() * line.median() / micros / line.peakGflops();
    return "%s, %.0f %%".formatted(PerformanceTable.number(micros / 1e3), 100 * share);
  }
}
