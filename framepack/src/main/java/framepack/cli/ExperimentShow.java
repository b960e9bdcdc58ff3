package framepack.cli;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.config.RunConfigJson;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Measure;
import framepack.experiment.run.Results;
import framepack.experiment.run.RunDirectory;
import framepack.experiment.run.RunDirectory.State;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `framepack experiment show`: what an experiment consists of, run by run, and what came out so far.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Show the runs of an experiment with their states and results; runs nothing.")
final class ExperimentShow implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "An experiment that was run, a file, or a ready experiment.")
  private String name;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "As for `run`; then NAME is a file or a ready experiment.")
  private List<String> sets = new ArrayList<>();

  @Option(names = "--settings", description = "Show the resolved settings of every run.")
  private boolean settings;

  @Mixin private ArchiveOption place;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Archive archive = place.archive();
    boolean begun = sets.isEmpty() && archive.names().contains(name);
    Experiment experiment = begun ? archive.read(name) : ExperimentFile.read(name, sets);
    out.println(experiment.name() + ": " + experiment.about());
    if (!experiment.expected().isEmpty()) {
      out.println("expected: " + experiment.expected());
    }
    for (PlannedRun run : experiment.runs()) {
      RunDirectory directory = archive.run(run);
      State state = directory.state();
      out.printf(
          Locale.ROOT,
          "%s  %-8s  %s %s #%d%s%n",
          run.address(),
          state.name().toLowerCase(Locale.ROOT),
          run.part(),
          run.name(),
          run.config().seed(),
          state == State.FINISHED ? ": " + values(directory) : "");
      if (settings) {
        out.println("    " + RunConfigJson.write(run.config()));
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private static String values(RunDirectory directory) {
    Results results = Results.read(directory.results());
    return Measure.of(results).stream()
        .map(measure -> measure.show(results.values().get(measure.key())))
        .collect(Collectors.joining(", "));
  }
}
