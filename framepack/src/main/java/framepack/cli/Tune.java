package framepack.cli;

import framepack.tensor.backend.Backends;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `framepack tune`: finds and keeps the fastest shape of a device's kernels.
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    description = "Search how the kernels of an OpenCL device are fastest, and keep it.",
    footer = {"", "A setting that ends the program is passed over by the next search."})
final class Tune implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "opencl",
      description = "Which: opencl[:platform[:device]]. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "About how long to search. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Override
  public Integer call() {
    if (seconds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seconds: expected at least 1, got " + seconds);
    }
    var out = spec.commandLine().getOut();
    Backends.provider(device).tune(device, Duration.ofSeconds(seconds)).forEach(out::println);
    out.flush();
    return ExitCode.OK;
  }
}
