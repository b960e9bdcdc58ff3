package framepack.experiment.run;

import framepack.experiment.config.PlannedRun;
import framepack.tensor.backend.Backend;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Carries out the runs of an experiment, here or elsewhere.
///
/// A run is plain data (its settings are one line of JSON), independent of all others and repeatable: done twice, on any
/// machine with the same kind of device, it gives the same bytes. That is all an implementation may count on.
public interface SweepExecutor {
  /// What all executors need.
  ///
  /// @param device such as `cpu` or `cpu:4`, opened where a run is carried out
  /// @param checkpoints pause between checkpoints: what a kill costs at most
  /// @param retry whether runs that failed before are tried again
  record Setting(
      Archive archive, String device, Provenance provenance, Duration checkpoints, boolean retry) {
    /// Carries runs out in this process.
    public SweepExecutor embedded(Backend backend) {
      return new EmbeddedExecutor(archive, backend, provenance, checkpoints, retry);
    }
  }

  /// How many runs are in which state, of those that were asked for.
  ///
  /// @param finished here or before
  /// @param failed here or before
  /// @param elsewhere another process is at them
  /// @param left not done because of a stop
  record Summary(int finished, int failed, int elsewhere, int left) implements Serializable {
    /// Both together.
    public Summary plus(Summary other) {
      return new Summary(
          finished + other.finished,
          failed + other.failed,
          elsewhere + other.elsewhere,
          left + other.left);
    }
  }

  /// Does what is not finished yet, until all is or `stop` says so between two training steps.
  Summary execute(List<PlannedRun> runs, SweepListener listener, BooleanSupplier stop);
}
