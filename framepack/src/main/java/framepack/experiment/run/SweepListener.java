package framepack.experiment.run;

import framepack.experiment.config.PlannedRun;
import framepack.train.Trainer;

/// Told how a sweep goes.
public interface SweepListener {
  /// Why a run is not done now.
  enum Skipped {
    /// Its results are there.
    FINISHED,
    /// It failed before, and nobody asked to try again.
    FAILED,
    /// Another process is at it.
    ELSEWHERE
  }

  void skipped(PlannedRun run, Skipped reason);

  /// A run begins, or goes on.
  void begins(PlannedRun run);

  void stepped(PlannedRun run, Trainer.Progress progress);

  void finished(PlannedRun run, Results results);

  /// It ended with an error, which is in its directory; the sweep goes on.
  void failed(PlannedRun run, Throwable error);
}
