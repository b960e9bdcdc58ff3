package framepack.verify.kind;

import framepack.model.Checkpoint;
import framepack.model.ConfigKeys;
import framepack.model.Rope3d;
import framepack.model.Rope3d.Phases;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.pack.ContextLevel;
import framepack.pack.Packer;
import framepack.pack.Packer.Packed;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.nn.Params;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.List;

/// `fp_pack`: latents and time indices to packed tokens with their phases.
final class FpPackKind implements CaseKind {
  @Override
  public String name() {
    return "fp_pack";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    HunyuanConfig config = HunyuanConfigJson.read(new ConfigKeys("config.json", golden.config()));
    try (SafeTensors file = SafeTensors.open(golden.folder().resolve("model.safetensors"));
        Workspace home = Workspace.detached(Workspace.current().backend())) {
      Params params = Params.load(Checkpoint.views(file), home);
      Packer packer = HunyuanVideoPacked.packer(config, params);
      params.requireAllUsed();
      FramePackInputs inputs = FramePackInputs.of(golden);
      Tensor latents = golden.in("latents");
      List<ContextLevel> context = inputs.context();
      Packed packed = packer.pack(context, latents, inputs.times(latents));
      verdicts.offer("out.hidden_states", packed.hidden());
      verdicts.offer("out.rope_cos", packed.phases().cos());
      verdicts.offer("out.rope_sin", packed.phases().sin());
      offerCounts(verdicts, packed, context);
      offerGrids(verdicts, packer, context, latents, inputs.times(latents));
    }
  }

  private static void offerCounts(Verdicts verdicts, Packed packed, List<ContextLevel> context) {
    long[] counts = new long[4]; // 4x, 2x, 1x, noisy
    for (ContextLevel level : context) {
      int place = 2 - Integer.numberOfTrailingZeros(level.kernel().t());
      int[] size = {size(level.latents(), 2), size(level.latents(), 3), size(level.latents(), 4)};
      counts[place] = level.kernel().tokens(size[0], size[1], size[2]);
    }
    counts[3] = packed.noisyTokens();
    verdicts.offer("out.token_counts_4x_2x_1x_latent", counts, counts.length);
  }

  private static int size(Tensor latents, int axis) {
    return Math.toIntExact(latents.extent(axis));
  }

  private static void offerGrids(
      Verdicts verdicts,
      Packer packer,
      List<ContextLevel> context,
      Tensor latents,
      long[][] times) {
    int height = Math.toIntExact(latents.extent(3) / packer.embedding().base().h());
    int width = Math.toIntExact(latents.extent(4) / packer.embedding().base().w());
    verdicts.offer("tap.rope_grid.latents", grid(packer.rope(), times, height, width));
    for (ContextLevel level : context) {
      int k = level.kernel().t();
      String name = "tap.rope_grid.clean" + (k == 1 ? "" : "_" + k + "x");
      verdicts.offer(name, grid(packer.rope(), level.times(), height, width));
    }
  }

  /// Phases before pooling [batch, 2 * head, frames, height, width]: cosines, then sines.
  private static Tensor grid(Rope3d rope, long[][] times, int height, int width) {
    Phases phases = rope.phases(times, height, width, 1, 1, 1);
    return Tensor.concat(2, phases.cos(), phases.sin())
        .transpose(1, 2)
        .reshape(times.length, 2L * rope.head(), times[0].length, height, width);
  }
}
