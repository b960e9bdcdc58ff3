package framepack.experiment.run;

import framepack.experiment.config.PlannedRun;
import framepack.train.Trainer;

/// Told how a sweep goes; hears what it overrides.
public interface SweepListener {
  /// Hears nothing.
  SweepListener NONE = new SweepListener() {};

  /// Why a run is not done now.
  enum Skipped {
    /// Its results are there.
    FINISHED,
    /// It failed before, and nobody asked to try again.
    FAILED,
    /// Another process is at it.
    ELSEWHERE
  }

  default void skipped(PlannedRun run, Skipped reason) {}

  /// A run begins, or goes on.
  default void begins(PlannedRun run) {}

  default void stepped(PlannedRun run, Trainer.Progress progress) {}

  default void finished(PlannedRun run, Results results) {}

  /// It ended with an error, which is in its directory; the sweep goes on.
  default void failed(PlannedRun run, Throwable error) {}
}
