package framepack.experiment.compare;

import framepack.experiment.config.PlannedRun;
import framepack.experiment.report.Table;
import framepack.experiment.run.Cost;
import framepack.experiment.run.Measure;
import framepack.experiment.run.Results;
import framepack.experiment.run.RunDirectory;
import framepack.experiment.statistics.Bootstrap;
import framepack.experiment.statistics.Bootstrap.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/// Runs that differ in their seed only.
///
/// @param name tells it from the other variants of its part
/// @param planned all seeds that were asked for
/// @param finished those that are done, by ascending seed
public record Variant(String name, List<PlannedRun> planned, List<Finished> finished) {
  /// A finished run.
  public record Finished(long seed, Results results, Cost cost, RunDirectory directory) {}

  public Variant {
    planned = List.copyOf(planned);
    finished = List.copyOf(finished);
  }

  /// Whether the experiment calls it something else than its packing.
  boolean isLabelled() {
    return !example().label().isEmpty();
  }

  /// Its name in a table: words in words, packings in fixed width.
  Object cell() {
    return isLabelled() ? name : new Table.Code(name);
  }

  /// Any of its runs: all but the seed is common.
  PlannedRun example() {
    return planned.getFirst();
  }

  /// Value of a measure for each finished seed.
  double[] values(Measure measure) {
    return finished.stream().mapToDouble(run -> value(run, measure)).toArray();
  }

  static double value(Finished run, Measure measure) {
    return run.results().values().getOrDefault(measure.key(), Double.NaN);
  }

  Interval interval(Measure measure) {
    return Bootstrap.mean(values(measure));
  }

  /// A curve's mean over the seeds, point by point, with its interval.
  List<Interval> curve(String key) {
    List<double[]> curves =
        finished.stream()
            .map(run -> run.results().curves().get(key))
            .filter(curve -> curve != null)
            .toList();
    if (curves.isEmpty()) {
      return List.of();
    }
    List<Interval> points = new ArrayList<>();
    for (int i = 0; i < curves.getFirst().length; i++) {
      int at = i;
      points.add(Bootstrap.mean(curves.stream().mapToDouble(curve -> curve[at]).toArray()));
    }
    return points;
  }

  /// The median over the finished seeds.
  double cost(ToDoubleFunction<Cost> what) {
    return new Median().evaluate(finished.stream().map(Finished::cost).mapToDouble(what).toArray());
  }
}
