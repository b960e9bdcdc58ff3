package framepack.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What moved between two sets of lines, machine by machine. Speeds are relative to what the machine offered beside them, so
/// that a busy hour is no regression.
public final class Comparison {
  /// Forks of one commit differ by this much, and a single fork by more, on a machine that is not ours alone.
  private static final double LEAST_NOISE = 0.05;

  private static final double NOISE_OF_FEW = 0.2;
  private static final int MANY = 3;

  private Comparison() {}

  /// One benchmark at one shape, before and after.
  ///
  /// @param before the newest line of the older set
  /// @param after the newest line of the newer set
  public record Change(Line before, Line after) {
    String hardware() {
      return after.machine().hardware();
    }

    /// Speed after over speed before: above 1 is faster.
    public double ratio() {
      return speed(after) / speed(before);
    }

    /// What two runs of the same code may differ by.
    public double noise() {
      return Math.max(Comparison.noise(before), Comparison.noise(after));
    }

    /// Whether it got faster or slower by more than noise.
    public boolean moved() {
      return Math.abs(Math.log(ratio())) > Math.log1p(noise());
    }
  }

  /// What to find a line by: the JDK may differ.
  private record Measured(String machine, String key) {
    static Measured of(Line line) {
      return new Measured(line.machine().hardware(), line.key());
    }
  }

  /// Benchmarks that both sets have from one machine, in the order of the newer.
  ///
  /// @throws IllegalArgumentException if there is none
  public static List<Change> of(List<Line> before, List<Line> after) {
    Map<Measured, Line> old = newest(before);
    List<Change> changes = new ArrayList<>();
    newest(after)
        .forEach((measured, line) -> {
          if (old.containsKey(measured)) {
            changes.add(new Change(old.get(measured), line));
          }
        });
    if (changes.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to compare: no benchmark was run on one machine in both sets; the first has %s, the second %s"
              .formatted(machines(before), machines(after)));
    }
    return changes;
  }

  private static Map<Measured, Line> newest(List<Line> lines) {
    Map<Measured, Line> newest = new LinkedHashMap<>();
    lines.forEach(line -> newest.put(Measured.of(line), line));
    return newest;
  }

  private static String machines(List<Line> lines) {
    return lines.isEmpty()
        ? "no line"
        : lines.stream()
            .map(line -> line.machine().hardware())
            .distinct()
            .collect(Collectors.joining("; ", "lines of ", ""));
  }

  /// Share of the ceilings, or calls per multiply-add on offer where work has no cost on paper.
  private static double speed(Line line) {
    return line.share() > 0 ? line.share() : 1 / (line.median() * line.peakGflops());
  }

  private static double noise(Line line) {
    double least = line.perFork().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double most = line.perFork().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return Math.max(line.forks() < MANY ? NOISE_OF_FEW : LEAST_NOISE, most / least - 1);
  }

  /// Lines for people: everything that moved, the largest change first.
  public static List<String> report(List<Change> changes) {
    List<Change> moved =
        changes.stream()
            .filter(Change::moved)
            .sorted((a, b) ->
                Double.compare(Math.abs(Math.log(b.ratio())), Math.abs(Math.log(a.ratio()))))
            .toList();
    boolean several = changes.stream().map(Change::hardware).distinct().count() > 1;
    List<String> text = new ArrayList<>();
    for (Change change : moved) {
      text.add(
          "%s  %s by %.0f %% (noise %.0f %%): %.4g us -> %.4g us, share %.2f -> %.2f%s"
              .formatted(
                  change.after().key(),
                  change.ratio() > 1 ? "faster" : "SLOWER",
                  100 * (Math.max(change.ratio(), 1 / change.ratio()) - 1),
                  100 * change.noise(),
                  change.before().median(),
                  change.after().median(),
                  change.before().share(),
                  change.after().share(),
                  several ? " (" + change.hardware() + ")" : ""));
    }
    text.add("%d of %d moved beyond noise".formatted(moved.size(), changes.size()));
    return text;
  }
}
