package framepack.cli;

import framepack.experiment.compare.RunsTable;
import framepack.experiment.compare.Sweep;
import framepack.experiment.compare.SweepReport;
import framepack.experiment.config.Experiment;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Judges;
import framepack.experiment.run.Provenance;
import framepack.experiment.run.RunDirectory.State;
import framepack.experiment.run.SweepExecutor;
import framepack.experiment.run.SweepExecutorProvider;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How a sweep is carried out; common to `run` and `resume`.
final class SweepOptions {
  private static final int INTERRUPTED = 130;
  private static final String EMBEDDED = "embedded";
  private static final Pattern SHARD = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

  @Mixin private ArchiveOption place;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu[:threads], opencl[:platform[:device]] or reference.")
  private String device;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      defaultValue = "1/1",
      description = "Only every Nth run, from the Ith. Default: all that nobody else is at.")
  private String shard;

  @Option(names = "--retry", description = "Also try again what failed before.")
  private boolean retry;

  @Option(
      names = "--checkpoint",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "Pause between checkpoints, which is what a kill may cost. Default: 15.")
  private double checkpoint;

  @Option(
      names = "--executor",
      paramLabel = "NAME",
      defaultValue = EMBEDDED,
      description = "embedded (this process), or spark where it is built. Default: embedded.")
  private String executor;

  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[*]",
      description = "Spark's master, such as spark://host:7077. Default: local[*].")
  private String master;

  Archive archive() {
    return place.archive();
  }

  /// Runs what is not finished, and returns the exit code.
  int execute(Experiment experiment, String command, PrintWriter err) throws IOException {
    List<PlannedRun> mine = shard(experiment.seedBySeed());
    if (!(checkpoint >= 0 && checkpoint <= 1e6)) {
      throw new IllegalArgumentException(
          "--checkpoint: expected seconds from 0, got " + checkpoint);
    }
    Optional<SweepExecutorProvider> provider =
        executor.equals(EMBEDDED)
            ? Optional.empty()
            : Optional.of(SweepExecutorProvider.named(executor));
    try (Backend backend = Backends.open(device);
        Interrupt interrupt = Interrupt.install()) {
      Judges.check(
          mine.stream()
              .filter(run -> archive().run(run).state() != State.FINISHED)
              .map(PlannedRun::config),
          backend);
      err.println("device " + backend.name() + ": " + backend.description());
      err.println("%s: %d runs in %s".formatted(experiment.name(), mine.size(), archive().root()));
      archive().write(experiment);
      Provenance provenance = Provenance.of(Version.number(), command + typed(), backend);
      Duration pause = Duration.ofMillis((long) (1000 * checkpoint));
      SweepExecutor.Setting setting =
          new SweepExecutor.Setting(archive(), device, provenance, pause, retry);
      SweepExecutor carrying =
          provider
              .map(other -> other.open(setting, master))
              .orElseGet(() -> setting.embedded(backend));
      SweepExecutor.Summary summary;
      try (SweepProgress progress = new SweepProgress(mine, archive())) {
        summary = carrying.execute(mine, progress, interrupt);
      }
      err.println(
          "%d finished, %d failed, %d in work elsewhere, %d left"
              .formatted(
                  summary.finished(), summary.failed(), summary.elsewhere(), summary.left()));
      Path report = archive().folder(experiment.name()).resolve("report.html");
      Sweep sweep = Sweep.read(archive(), experiment);
      new RunsTable(sweep).writeTo(report.resolveSibling("runs.csv"));
      new SweepReport(archive(), sweep).page().writeTo(report);
      err.println("report: " + report);
      if (interrupt.getAsBoolean()) {
        return INTERRUPTED;
      }
      return summary.failed() > 0 ? ExitCode.SOFTWARE : ExitCode.OK;
    }
  }

  private String typed() {
    return place.typed() + (device.equals("cpu") ? "" : " --device " + device);
  }

  private List<PlannedRun> shard(List<PlannedRun> runs) {
    Matcher given = SHARD.matcher(shard);
    int number = given.matches() ? Integer.parseInt(given.group(1)) : 0;
    int of = given.matches() ? Integer.parseInt(given.group(2)) : 0;
    if (number < 1 || number > of) {
      throw new IllegalArgumentException(
          "--shard: expected I/N with I from 1 to N, such as 2/3, got " + shard);
    }
    List<PlannedRun> mine = new ArrayList<>();
    for (int i = number - 1; i < runs.size(); i += of) {
      mine.add(runs.get(i));
    }
    return mine;
  }
}
