package framepack.cli;

import framepack.model.Checkpoint;
import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.model.wan.WanConfigJson;
import framepack.pack.AddLevels;
import framepack.pack.PackedConfig;
import framepack.pack.PatchKernel;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `framepack convert add-level`: history kernels for a checkpoint that lacks them.
@Command(
    name = "add-level",
    mixinStandardHelpOptions = true,
    description =
        "Give a HunyuanVideo-FramePack or Wan checkpoint projections for further history kernels.",
    footer = {
      "",
      "A new projection starts as the base projection behind an average pool: it works untrained as",
      "well as averaged frames do, and training goes on from there. All other weights stay as they are."
    })
final class ConvertAddLevel implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "A folder with config.json and weights, or one of its weight files.")
  private Path checkpoint;

  @Option(
      names = "--kernel",
      required = true,
      paramLabel = "KERNEL",
      converter = KernelConverter.class,
      description = "k8 = (8,16,16), k1h4w8 = (1,4,8), s2 = (1,4,4). May be repeated.")
  private List<PatchKernel> kernels;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The new checkpoint. Must not exist or be empty.")
  private Path out;

  @Override
  public Integer call() {
    ConfigKeys keys = Checkpoint.config(checkpoint);
    PackedConfig before =
        WanConfigJson.describes(keys) ? WanConfigJson.read(keys) : HunyuanConfigJson.read(keys);
    try (Backend backend = Backends.open("cpu")) {
      PackedConfig config = AddLevels.write(checkpoint, before, kernels, out, backend);
      String all =
          config.historyKernels().stream()
              .map(PatchKernel::toString)
              .collect(Collectors.joining(", "));
      spec.commandLine().getErr().println("wrote " + out + " with history kernels " + all);
    }
    return ExitCode.OK;
  }
}
