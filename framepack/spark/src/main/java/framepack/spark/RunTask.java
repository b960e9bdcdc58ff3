package framepack.spark;

import framepack.experiment.config.PlannedRun;
import framepack.experiment.config.RunConfigJson;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Provenance;
import framepack.experiment.run.SweepExecutor;
import framepack.experiment.run.SweepExecutor.Summary;
import framepack.experiment.run.SweepListener;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;

/// One run on its way to a worker: plain data, and what the worker does with it.
///
/// @param root folder of the archive, the same for driver and workers
/// @param facts of the provenance
/// @param checkpointMillis pause between checkpoints
/// @param json the run's settings
record RunTask(
    String root,
    String device,
    LinkedHashMap<String, String> facts,
    long checkpointMillis,
    boolean retry,
    String part,
    String label,
    String json)
    implements Serializable {
  /// A worker that died leaves a claim, which is void after ten minutes at the latest.
  private static final Duration PATIENCE = Duration.ofMinutes(11);

  private static final Duration PAUSE = Duration.ofSeconds(2);

  static RunTask of(SweepExecutor.Setting setting, PlannedRun run) {
    return new RunTask(
        setting.archive().root().toAbsolutePath().toString(),
        setting.device(),
        new LinkedHashMap<>(setting.provenance().facts()),
        setting.checkpoints().toMillis(),
        setting.retry(),
        run.part(),
        run.label(),
        RunConfigJson.write(run.config()));
  }

  private SweepExecutor.Setting setting() {
    return new SweepExecutor.Setting(
        new Archive(Path.of(root)),
        device,
        new Provenance(facts),
        Duration.ofMillis(checkpointMillis),
        retry);
  }

  /// Carries it out in this process, or finds it finished.
  Summary execute() throws InterruptedException {
    TaskContext context = TaskContext.get();
    BooleanSupplier stop = () -> context != null && context.isInterrupted();
    PlannedRun run = new PlannedRun(part, label, RunConfigJson.read("task", json));
    try (Backend backend = Backends.open(device)) {
      SweepExecutor executor = setting().embedded(backend);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      Summary summary = executor.execute(List.of(run), SweepListener.NONE, stop);
      while (summary.elsewhere() > 0 && System.nanoTime() < deadline && !stop.getAsBoolean()) {
        Thread.sleep(PAUSE);
        summary = executor.execute(List.of(run), SweepListener.NONE, stop);
      }
      return summary;
    }
  }
}
