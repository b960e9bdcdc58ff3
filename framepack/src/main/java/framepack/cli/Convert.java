package framepack.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `framepack convert`: checkpoints made from other checkpoints.
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Make a checkpoint from another one.",
    subcommands = ConvertAddLevel.class)
final class Convert implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        new CommandLine(spec), "no conversion given; there is 'add-level'");
  }
}
