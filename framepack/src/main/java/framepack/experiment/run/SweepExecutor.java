package framepack.experiment.run;

import framepack.experiment.config.PlannedRun;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Carries out the runs of an experiment, here or elsewhere.
///
/// A run is plain data (its settings are one line of JSON), independent of all others and repeatable: done twice, on any
/// machine with the same kind of device, it gives the same bytes. That is all an implementation may count on.
public interface SweepExecutor {
  /// How many runs are in which state, of those that were asked for.
  ///
  /// @param finished here or before
  /// @param failed here or before
  /// @param elsewhere another process is at them
  /// @param left not done because of a stop
  record Summary(int finished, int failed, int elsewhere, int left) {}

  /// Does what is not finished yet, until all is or `stop` says so between two training steps.
  Summary execute(List<PlannedRun> runs, SweepListener listener, BooleanSupplier stop);
}
