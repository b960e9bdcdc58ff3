package framepack.experiment.config;

import java.util.Comparator;
import java.util.List;

/// What an experiment file says, resolved.
///
/// @param name names its folder: letters, digits, `.`, `_` and `-`
/// @param about what it asks, in a sentence or two
/// @param expected what is expected to come out, written down before it is run
/// @param runs in the order of the file, each once
public record Experiment(String name, String about, String expected, List<PlannedRun> runs) {
  public Experiment {
    runs = List.copyOf(runs);
  }

  /// The runs in the order in which they are worth doing: all of one seed before any of the next. What is done of an unfinished
  /// sweep then compares every variant, and runs that follow one another share the world of their seed.
  public List<PlannedRun> seedBySeed() {
    return runs.stream().sorted(Comparator.comparingLong(run -> run.config().seed())).toList();
  }
}
