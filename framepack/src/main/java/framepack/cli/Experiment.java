package framepack.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `framepack experiment`: the laboratory. Its verbs are classes of their own.
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    description = "Define, run, resume, compare: which packing is right?",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    subcommands = {
      ExperimentRun.class,
      ExperimentResume.class,
      ExperimentReport.class,
      ExperimentList.class,
      ExperimentShow.class
    })
final class Experiment implements Runnable {
  @Spec private CommandSpec spec;

  /// Without a verb.
  @Override
  public void run() {
    CommandLine self = spec.commandLine();
    String verbs = String.join(", ", self.getSubcommands().keySet());
    throw new ParameterException(self, "no verb given, expected one of " + verbs);
  }
}
