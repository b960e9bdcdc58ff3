package framepack.cli;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.backend.MemoryBudget;
import framepack.verify.CaseException;
import framepack.verify.CaseResult;
import framepack.verify.Verifier;
import framepack.verify.kind.Kinds;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `framepack verify`: golden cases against our code on one device.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Compare what we compute with golden reference tensors.",
    footer = {
      "",
      "A case is a folder with case.json (its kind), config.json and io.safetensors. The error of a tensor is",
      "max|a-b| / max|reference|; integers must be equal. Exit code 1 if anything is missed."
    })
final class Verify implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "A case, or a folder of cases.")
  private List<Path> places;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "Where to compute: cpu, reference, opencl[:platform[:device]]. Default: cpu.")
  private String device;

  @Option(
      names = "--weight-memory",
      paramLabel = "SIZE",
      description =
          "Most memory for the weights of a model, such as 6g: of a larger one two blocks are there at a time."
              + " Default: no limit.")
  private String weightMemory;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  @Option(
      names = "--filter",
      paramLabel = "TEXT",
      description = "Only cases of this kind or whose folder's name contains TEXT.")
  private String filter;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    MemoryBudget memory =
        weightMemory == null ? MemoryBudget.UNLIMITED : MemoryBudget.parse(weightMemory);
    List<Path> cases = Verifier.find(places);
    List<CaseResult> results = new ArrayList<>();
    try (Backend backend = Backends.open(device)) {
      err.println("device " + backend.name() + ": " + backend.description());
      Verifier verifier = new Verifier(Kinds.ALL, backend, memory);
      for (Path folder : cases) {
        if (filter == null || Verifier.matches(folder, filter)) {
          CaseResult result = verifier.run(folder);
          results.add(result);
          if (!json) {
            VerifyReport.table(result, out);
          }
        }
      }
    }
    if (results.isEmpty()) {
      throw new CaseException("--filter " + filter + ": no case of this kind or name");
    }
    if (json) {
      VerifyReport.json(device, results, out);
    } else {
      out.println(VerifyReport.summary(results));
    }
    out.flush();
    return results.stream().allMatch(CaseResult::passed) ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
