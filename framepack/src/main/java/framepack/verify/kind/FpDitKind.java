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

/// `fp_dit`, and `fp_shard` with the weights in bf16 shards: one forward pass of the whole transformer, opened from its
/// folder as a user does.
record FpDitKind(String name) implements CaseKind {
  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    try (Checkpoint<HunyuanVideoPacked> checkpoint =
        HunyuanCheckpoint.open(
            golden.folder(),
            HunyuanConfigJson.read(new ConfigKeys("config.json", golden.config())),
            Workspace.current().backend(),
            golden.memory())) {
      HunyuanVideoPacked model = checkpoint.model();
      TransformerInput in = FramePackInputs.of(golden).transformer();
      verdicts.offer("out.sample", model.forward(in));
      HunyuanStages stages =
          new HunyuanStages(model, (name, value) -> offer(golden, verdicts, in, name, value));
      stages.conditioning(in);
      stages.forward(in);
    }
  }

  private static void offer(
      GoldenCase golden, Verdicts verdicts, TransformerInput in, String name, Tensor value) {
    String tap = "tap." + name;
    boolean padded = name.endsWith(".encoder") && value.extent(0) > 1;
    if (padded && golden.has(tap) && golden.io().spec(tap).shape().equals(value.shape())) {
      Tensor theirs = Workspace.current().adopt(golden.io().view(tap));
      verdicts.offer(tap, validRows(value, theirs, in.text().lengths(), in));
    } else {
      verdicts.offer(tap, value);
    }
  }

  /// Ours where text is valid, theirs on padding, whose rows are whatever an implementation makes of them.
  private static Tensor validRows(Tensor ours, Tensor theirs, int[] lengths, TransformerInput in) {
    float[] merged = theirs.toFloats();
    float[] own = ours.toFloats();
    int rows = Math.toIntExact(ours.extent(1));
    int before = rows - Math.toIntExact(in.text().states().extent(1));
    int dim = Math.toIntExact(ours.extent(2));
    for (int b = 0; b < lengths.length; b++) {
      System.arraycopy(own, b * rows * dim, merged, b * rows * dim, (before + lengths[b]) * dim);
    }
    return Tensor.of(merged, ours.shape().toArray());
  }
}
