package framepack.cli;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.BackendProvider;
import framepack.tensor.backend.Backends;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `framepack doctor`: opens every kind of device and lets it compute something small.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Try every kind of device with a small computation and say what is wrong.",
    footer = {
      "",
      "Exit code 1 if a device that is there does not compute; what is missing is no error."
    })
final class Doctor implements Callable<Integer> {
  private static final Runtime.Version FLOOR = Runtime.Version.parse("25.0.3");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    boolean healthy = true;
    boolean recent = Runtime.version().compareTo(FLOOR) >= 0;
    line(out, recent, "java", Runtime.version() + (recent ? "" : ": needs " + FLOOR));
    healthy &= recent;
    for (BackendProvider provider : Backends.providers()) {
      String verdict = provider.verdict();
      if (provider.kind().equals("meta")) {
        continue; // it counts, it does not compute
      }
      if (!verdict.startsWith("works")) {
        out.printf("%-8s %-10s %s%n", "missing", provider.kind(), verdict);
        continue;
      }
      String problem = problem(provider);
      healthy &= problem.isEmpty();
      line(out, problem.isEmpty(), provider.kind(), problem.isEmpty() ? verdict : problem);
    }
    out.flush();
    return healthy ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static void line(PrintWriter out, boolean fine, String what, String about) {
    out.printf("%-8s %-10s %s%n", fine ? "ok" : "WRONG", what, about);
  }

  /// What goes wrong on the first device of a kind; empty if nothing does.
  private static String problem(BackendProvider provider) {
    try (Backend backend = provider.open(provider.kind());
        Workspace _ = Workspace.open(backend)) {
      Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
      float[] product = x.matmul(x).toFloats();
      return Arrays.equals(product, new float[] {7, 10, 15, 22})
          ? ""
          : "a product of two matrices is wrong: " + Arrays.toString(product);
    } catch (RuntimeException e) {
      return Failure.of(e).line();
    }
  }
}
