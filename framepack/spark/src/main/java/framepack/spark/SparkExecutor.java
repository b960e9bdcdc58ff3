package framepack.spark;

import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.Results;
import framepack.experiment.run.RunDirectory;
import framepack.experiment.run.SweepExecutor;
import framepack.experiment.run.SweepListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/// Runs of a sweep as tasks of one Spark job, a task each. Workers and driver share the archive's folder; claims, checkpoints
/// and results are those of the embedded executor, and so are the bytes.
///
/// A task whose worker dies is given to another one by Spark (`spark.task.maxFailures`), which goes on from the last checkpoint.
/// A run that fails by itself would fail again: it leaves its stack trace and is not retried. Settings of the cluster come from
/// system properties `spark.*`, as ever.
public final class SparkExecutor implements SweepExecutor {
  private static final String WORKER_FLAGS =
      "--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED";
  private static final long LOOK_MILLIS = 200;
  private static final Duration STEP_AT_MOST = Duration.ofMinutes(1);

  private final Setting setting;
  private final String master;

  /// @param master such as `spark://host:7077` or `local[2]`
  public SparkExecutor(Setting setting, String master) {
    this.setting = setting;
    this.master = master;
  }

  @Override
  public Summary execute(List<PlannedRun> runs, SweepListener listener, BooleanSupplier stop) {
    if (runs.isEmpty()) {
      return new Summary(0, 0, 0, 0);
    }
    try (JavaSparkContext spark = new JavaSparkContext(conf())) {
      spark.setLogLevel("WARN");
      List<RunTask> tasks = runs.stream().map(run -> RunTask.of(setting, run)).toList();
      JavaFutureAction<List<Summary>> job =
          spark.parallelize(tasks, tasks.size()).map(RunTask::execute).collectAsync();
      Summary summary = await(job, runs, listener, stop);
      if (stop.getAsBoolean()) {
        letFinishTheirStep(spark);
        return counted(runs);
      }
      return summary;
    }
  }

  private SparkConf conf() {
    SparkConf conf = new SparkConf().setMaster(master).setAppName("framepack");
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.executor.extraJavaOptions", WORKER_FLAGS);
    if (master.startsWith("local")) {
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    return conf;
  }

  private Summary await(
      JavaFutureAction<List<Summary>> job,
      List<PlannedRun> runs,
      SweepListener listener,
      BooleanSupplier stop) {
    Set<String> told = new HashSet<>();
    try {
      while (!job.isDone()) {
        if (stop.getAsBoolean()) {
          job.cancel(true);
        }
        tell(runs, told, listener);
        Thread.sleep(LOOK_MILLIS);
      }
      Summary sum = new Summary(0, 0, 0, 0);
      for (Summary one : job.get()) {
        sum = sum.plus(one);
      }
      tell(runs, told, listener);
      return sum;
    } catch (CancellationException e) {
      return counted(runs);
    } catch (ExecutionException e) {
      if (stop.getAsBoolean()) {
        return counted(runs);
      }
      throw new IllegalStateException("spark gave the sweep up: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      job.cancel(true);
      return counted(runs);
    }
  }

  /// A cancelled task ends after the step at hand and keeps it, if it is given the time.
  private static void letFinishTheirStep(JavaSparkContext spark) {
    long deadline = System.nanoTime() + STEP_AT_MOST.toNanos();
    boolean busy = true;
    try {
      while (busy && System.nanoTime() < deadline) {
        Thread.sleep(LOOK_MILLIS);
        busy =
            Arrays.stream(spark.statusTracker().getExecutorInfos())
                .anyMatch(executor -> executor.numRunningTasks() > 0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Each run once, when it is over.
  private void tell(List<PlannedRun> runs, Set<String> told, SweepListener listener) {
    for (PlannedRun run : runs) {
      RunDirectory directory = setting.archive().run(run);
      RunDirectory.State state = directory.state();
      if (state == RunDirectory.State.FINISHED && told.add(run.address())) {
        listener.finished(run, Results.read(directory.results()));
      } else if (state == RunDirectory.State.FAILED && told.add(run.address())) {
        listener.failed(run, new IllegalStateException(firstLine(directory)));
      }
    }
  }

  private static String firstLine(RunDirectory directory) {
    try {
      return Files.readString(directory.failure()).lines().findFirst().orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What the folders say after a stop.
  private Summary counted(List<PlannedRun> runs) {
    Summary sum = new Summary(0, 0, 0, 0);
    for (PlannedRun run : runs) {
      sum =
          sum.plus(
              switch (setting.archive().run(run).state()) {
                case FINISHED -> new Summary(1, 0, 0, 0);
                case FAILED -> new Summary(0, 1, 0, 0);
                case BEGUN, WAITING -> new Summary(0, 0, 0, 1);
              });
    }
    return sum;
  }
}
