package framepack.cli;

import framepack.tensor.backend.BackendProvider;
import framepack.tensor.backend.Backends;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;

/// `framepack devices`: what `--device` takes here.
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "List what --device takes on this machine, and why something is missing.")
final class Devices implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print the list as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Map<String, Object>> kinds = new ArrayList<>();
    for (BackendProvider provider : Backends.providers()) {
      Map<String, Object> kind = new LinkedHashMap<>();
      kind.put("kind", provider.kind());
      kind.put("verdict", provider.verdict());
      kind.put("devices", provider.devices());
      kinds.add(kind);
      if (!json) {
        out.printf("%-10s %s%n", provider.kind(), provider.verdict());
        provider.devices().forEach(device -> out.println("           " + device));
      }
    }
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(kinds));
    }
    out.flush();
    return ExitCode.OK;
  }
}
