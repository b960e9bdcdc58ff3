package framepack.experiment.compare;

import framepack.experiment.compare.Variant.Finished;
import framepack.experiment.run.Cost;
import framepack.experiment.run.Measure;
import framepack.tensor.io.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The finished runs of a sweep for other programs: comma-separated, a line a run, a column for everything that is one number.
/// What a run did not measure is empty. Curves are in each run's `results.json`.
public final class RunsTable {
  private static final List<String> RUN =
      List.of("part", "variant", "packing", "seed", "run", "steps");
  private static final List<String> COST =
      List.of("context_tokens", "tokens", "weights", "training_seconds", "step_ms");

  private final Sweep sweep;

  public RunsTable(Sweep sweep) {
    this.sweep = sweep;
  }

  public void writeTo(Path file) {
    List<String> measures = measures();
    List<String> head = new ArrayList<>(RUN);
    head.addAll(COST);
    head.addAll(measures);
    StringBuilder text = new StringBuilder(String.join(",", head)).append('\n');
    sweep
        .parts()
        .forEach((part, variants) -> {
          for (Variant variant : variants) {
            for (Finished run : variant.finished()) {
              text.append(line(part, variant, run, measures)).append('\n');
            }
          }
        });
    AtomicFile.write(file, text.toString());
  }

  /// Those of any run, each part's in its order.
  private List<String> measures() {
    Set<String> keys = new LinkedHashSet<>();
    sweep
        .parts()
        .values()
        .forEach(variants ->
            variants.forEach(variant ->
                variant
                    .finished()
                    .forEach(run -> Measure.of(run.results()).forEach(m -> keys.add(m.key())))));
    return List.copyOf(keys);
  }

  private static String line(String part, Variant variant, Finished run, List<String> measures) {
    Cost cost = run.cost();
    List<Object> cells = new ArrayList<>();
    cells.add(part);
    cells.add(variant.name());
    cells.add(variant.example().config().packing());
    cells.add(run.seed());
    cells.add(run.directory().path().getFileName());
    cells.add(variant.example().config().steps());
    cells.addAll(
        List.of(
            cost.contextTokens(),
            cost.tokens(),
            cost.weights(),
            cost.trainingSeconds(),
            cost.stepMillis()));
    for (String key : measures) {
      Double value = run.results().values().get(key);
      cells.add(value == null ? "" : value);
    }
    return cells.stream().map(RunsTable::quoted).collect(Collectors.joining(","));
  }

  /// RFC 4180.
  private static String quoted(Object cell) {
    String text = cell.toString();
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
