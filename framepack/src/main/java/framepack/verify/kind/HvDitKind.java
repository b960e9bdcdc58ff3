package framepack.verify.kind;

import framepack.model.Checkpoint;
import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanCheckpoint;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;

/// `hv_dit`: the plain HunyuanVideo transformer of diffusers, which is ours without history and image.
final class HvDitKind implements CaseKind {
  @Override
  public String name() {
    return "hv_dit";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    try (Checkpoint<HunyuanVideoPacked> checkpoint =
        HunyuanCheckpoint.open(
            golden.folder(),
            HunyuanConfigJson.read(new ConfigKeys("config.json", golden.config())),
            Workspace.current().backend(),
            golden.memory())) {
      TransformerInput in = FramePackInputs.of(golden).transformer();
      verdicts.offer("out.sample", checkpoint.model().forward(in));
      new HunyuanStages(checkpoint.model(), (name, value) -> offer(verdicts, name, value))
          .forward(in);
    }
  }

  /// Under the names of diffusers' class. Text after a block is left out: nobody reads its padded rows.
  private static void offer(Verdicts verdicts, String name, Tensor value) {
    switch (name) {
      case "packed_hidden" -> verdicts.offer("tap.x_embedder", value);
      case "packed_rope_cos" -> verdicts.offer("tap.rope.0", firstItem(value));
      case "packed_rope_sin" -> verdicts.offer("tap.rope.1", firstItem(value));
      case "temb" -> verdicts.offer("tap.time_text_embed.0", value);
      default -> verdicts.offer("tap." + name.replace(".hidden", ".0"), value);
    }
  }

  private static Tensor firstItem(Tensor phases) {
    return phases.slice(0, 0, 1).reshape(phases.extent(1), phases.extent(2));
  }
}
