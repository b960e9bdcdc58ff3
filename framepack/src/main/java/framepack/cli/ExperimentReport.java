package framepack.cli;

import framepack.experiment.compare.RunsTable;
import framepack.experiment.compare.Sweep;
import framepack.experiment.compare.SweepComparison;
import framepack.experiment.compare.SweepReport;
import framepack.experiment.report.Report;
import framepack.experiment.run.Archive;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `framepack experiment report`: what is finished of an experiment, as one page.
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Write the report of an experiment, finished or not, as one HTML file, and its runs as a table.")
final class ExperimentReport implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Name of the experiment.")
  private String name;

  @Option(
      names = "--compare",
      paramLabel = "OTHER",
      description = "Compare with another experiment instead: OTHER minus NAME.")
  private String other;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "The file to write. Default: report.html in the experiment's folder.")
  private Path to;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description =
          "Where all finished runs go as CSV. Default: runs.csv in the experiment's folder.")
  private Path table;

  @Mixin private ArchiveOption place;

  @Override
  public Integer call() {
    Archive archive = place.archive();
    Sweep sweep = Sweep.read(archive, archive.read(name));
    Report page =
        other == null
            ? new SweepReport(archive, sweep).page()
            : new SweepComparison(sweep, Sweep.read(archive, archive.read(other))).page();
    Path usual =
        archive.folder(name).resolve(other == null ? "report.html" : "against-" + other + ".html");
    Path file = to == null ? usual : to;
    page.writeTo(file);
    if (other == null) {
      Path runs = table == null ? archive.folder(name).resolve("runs.csv") : table;
      new RunsTable(sweep).writeTo(runs);
    }
    spec.commandLine().getErr().println("report: " + file);
    return ExitCode.OK;
  }
}
