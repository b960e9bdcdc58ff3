package framepack.verify.kind;

import framepack.guidance.TeaCache;
import framepack.model.Checkpoint;
import framepack.model.hunyuan.HunyuanCheckpoint;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TextStates;
import framepack.model.hunyuan.TransformerInput;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;

/// `fp_teacache`: a sequence of forward passes, some of which the cache stands in for.
final class FpTeacacheKind implements CaseKind {
  private static final double OFFICIAL_THRESHOLD = 0.15;

  @Override
  public String name() {
    return "fp_teacache";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    Tensor sequence = golden.in("seq_hidden_states"); // [steps, batch, c, t, h, w]
    Tensor timesteps = golden.in("seq_timestep"); // [steps, batch]
    int steps = Math.toIntExact(sequence.extent(0));
    FramePackInputs inputs = FramePackInputs.of(golden);
    TextStates text =
        TextStates.of(golden.in("encoder_hidden_states"), golden.in("encoder_attention_mask"));
    Trace samples = new Trace();
    long[] computed = new long[steps];
    double[] changes = new double[steps];
    double[] accumulated = new double[steps];
    try (Checkpoint<HunyuanVideoPacked> checkpoint =
            HunyuanCheckpoint.open(
                golden.folder(), Workspace.current().backend(), golden.memory());
        TeaCache cache = new TeaCache(steps, threshold(golden))) {
      for (int i = 0; i < steps; i++) {
        TransformerInput in =
            inputs.transformer(
                item(sequence, i),
                item(timesteps, i),
                golden.in("guidance"),
                text,
                golden.in("pooled_projections"));
        samples.add(checkpoint.model().forward(in, cache));
        computed[i] = cache.computed() ? 1 : 0;
        changes[i] = cache.change();
        accumulated[i] = cache.accumulated();
      }
    }
    samples.offer(verdicts, "out.samples");
    verdicts.offer("out.should_calc", computed, steps);
    verdicts.offer("tap.rel_l1", changes, steps);
    verdicts.offer("tap.accumulated_after", accumulated, steps);
  }

  private static double threshold(GoldenCase golden) {
    return golden.has("in.rel_l1_thresh") ? golden.in("rel_l1_thresh").item() : OFFICIAL_THRESHOLD;
  }

  private static Tensor item(Tensor sequence, int i) {
    long[] extents = new long[sequence.shape().rank() - 1];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = sequence.extent(axis + 1);
    }
    return sequence.slice(0, i, i + 1).reshape(extents);
  }
}
