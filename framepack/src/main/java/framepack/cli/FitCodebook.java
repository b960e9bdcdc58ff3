package framepack.cli;

import framepack.history.Codebook;
import framepack.history.CodebookFile;
import framepack.history.KMeans;
import framepack.history.StoredLatents;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `framepack codebook`: the codes of a discretised history, from latents.
@Command(
    name = "codebook",
    mixinStandardHelpOptions = true,
    description = "Fit the codes of a discretised history (+d) to latents.",
    footer = {
      "",
      "Reads every floating tensor [c, t, h, w] or [b, c, t, h, w] of the files, in pieces; tensors named",
      "*.weight only by --tensor. Writes one tensor 'omega' [k, c] and what it was fitted on. Ctrl-C writes",
      "nothing."
    })
final class FitCodebook implements Callable<Integer> {
  private static final int INTERRUPTED = 130;
  private static final int MOST_CODES = 1 << 16;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "LATENTS",
      description = "Safetensors files, or folders that hold one.")
  private List<Path> latents;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where to write the codebook, such as omega.safetensors.")
  private Path out;

  @Option(names = "--k", defaultValue = "128", description = "Number of codes. Default: 128.")
  private int codes;

  @Option(names = "--seed", defaultValue = "0", description = "Seed of the fit. Default: 0.")
  private long seed;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "Only tensors of this name. Default: all that have the shape of latents.")
  private String tensor;

  @Option(names = "--device", defaultValue = "cpu", description = "Where to compute. Default: cpu.")
  private String device;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (codes < 1 || codes > MOST_CODES) {
      throw new IllegalArgumentException(
          "--k %d: expected 1 to %d codes".formatted(codes, MOST_CODES));
    }
    Path folder = out.toAbsolutePath().getParent();
    if (Files.isDirectory(out) || folder == null || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "--out %s: expected a file in a folder that exists; make the folder or name another file"
              .formatted(out));
    }
    PrintWriter err = spec.commandLine().getErr();
    try (StoredLatents pixels = StoredLatents.open(latents, tensor);
        Backend backend = Backends.open(device);
        Interrupt interrupt = Interrupt.install()) {
      err.println("device " + backend.name() + ": " + backend.description());
      KMeans kMeans = KMeans.of(codes, pixels.count(), seed);
      Optional<Codebook> codebook;
      try (Progress progress = Progress.of("k-means", 0)) {
        codebook =
            kMeans.fit(
                pixels,
                source(),
                backend,
                (pass, distortion, _) ->
                    progress.at(pass, String.format(Locale.ROOT, "distortion %.5g", distortion)),
                interrupt);
      }
      if (codebook.isEmpty()) {
        return INTERRUPTED;
      }
      CodebookFile.write(codebook.get(), out);
      print(codebook.get(), codebook.get().fit().orElseThrow());
      return ExitCode.OK;
    }
  }

  private String source() {
    return latents.stream().map(p -> p.getFileName().toString()).collect(Collectors.joining(", "));
  }

  private void print(Codebook codebook, Codebook.Fit fit) {
    PrintWriter to = spec.commandLine().getOut();
    if (json) {
      ObjectNode result = new JsonMapper().createObjectNode();
      result.put("file", out.toString());
      result.put("codes", codebook.size());
      result.put("channels", codebook.channels());
      result.put("pixels", fit.pixels());
      result.put("seed", fit.seed());
      result.put("distortion", fit.distortion());
      result.put("variance", fit.variance());
      result.put("retained", fit.retained());
      to.println(result);
    } else {
      to.printf(
          Locale.ROOT,
          "%s: %d codes of %d channels from %d latent pixels%n"
              + "retained variance %.2f %%, distortion %.5g of variance %.5g a pixel%n",
          out,
          codebook.size(),
          codebook.channels(),
          fit.pixels(),
          100 * fit.retained(),
          fit.distortion(),
          fit.variance());
      if (codebook.size() < codes) {
        to.printf("fewer than the %d codes asked for: the latents are no more different%n", codes);
      }
    }
    to.flush();
  }
}
