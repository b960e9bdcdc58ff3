package framepack.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `framepack experiment resume`: what an earlier `run` left, without its file.
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Go on with an experiment that was begun, from its last checkpoint.")
final class ExperimentResume implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Name of the experiment.")
  private String name;

  @Mixin private SweepOptions options;

  @Override
  public Integer call() throws IOException {
    var experiment = options.archive().read(name);
    String command = "framepack experiment resume " + name;
    return options.execute(experiment, command, spec.commandLine().getErr());
  }
}
