package framepack.tests.experiment.run;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import framepack.experiment.run.Archive;
import framepack.experiment.run.EmbeddedExecutor;
import framepack.experiment.run.Provenance;
import framepack.experiment.run.SweepExecutor.Summary;
import framepack.experiment.run.SweepListener;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Sweeps of a few seconds.
final class SmallSweep {
  /// Training steps of a run of [#memory].
  static final int STEPS = 6;

  private SmallSweep() {}

  /// Three seeds of the memory task.
  static Experiment memory(String... sets) {
    return ExperimentFile.parse(
        "test",
        """
        name: test
        base:
          task: memory
          packing: td_f1k1_g3
          training: {steps: 6, batch: 1}
          memory: {periods: [4, 12], strips: 2, test-strips: 1}
        seeds: 0..2
        """,
        List.of(sets));
  }

  /// Runs what is not finished in the archive at `root`, without checkpoints.
  static Summary execute(
      Path root,
      Experiment experiment,
      SweepListener listener,
      BooleanSupplier stop,
      boolean retry) {
    try (Backend backend = Backends.open("cpu:1")) {
      Provenance provenance = new Provenance(Map.of("command", "a test"));
      return new EmbeddedExecutor(
              new Archive(root), backend, provenance, Duration.ofHours(1), retry)
          .execute(experiment.runs(), listener, stop);
    }
  }
}
