package framepack.cli;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `framepack experiment run`: every run of a file that is not finished yet.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Run an experiment file, or a ready experiment by its name.",
    footer = {
      "",
      "Finished runs are never repeated. A stop or a kill at any moment is mended by running the same again, or by",
      "`framepack experiment resume NAME`; the results are the same bytes. Several processes may share one folder."
    })
final class ExperimentRun implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "An experiment file, or a name that `list` shows.")
  private String file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Changes a setting, such as training.steps=100 or seeds=0..1.")
  private List<String> sets = new ArrayList<>();

  @Mixin private SweepOptions options;

  @Override
  public Integer call() throws IOException {
    Experiment experiment = ExperimentFile.read(file, sets);
    StringBuilder command = new StringBuilder("framepack experiment run ").append(file);
    sets.forEach(set -> command.append(" --set '").append(set).append('\''));
    return options.execute(experiment, command.toString(), spec.commandLine().getErr());
  }
}
