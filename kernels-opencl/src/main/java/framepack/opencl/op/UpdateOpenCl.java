package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.op.Accumulate;
import framepack.tensor.op.AdamW;
import framepack.tensor.op.Affine;
import framepack.tensor.op.Lerp;
import framepack.tensor.op.TimestepEmbedding;
import java.lang.foreign.MemorySegment;

/// Scalars times tensors: [Affine], the optimiser's updates in place, timesteps.
public final class UpdateOpenCl {
  private static final String FILE = "scaled";

  private UpdateOpenCl() {}

  public static void affine(Affine op, Call call) {
    Launch kernel = call.kernel(FILE, "affine");
    ElementwiseOpenCl.map(call, kernel, call.out(0), call.in(0))
        .with(op.factor(), op.shift())
        .launch();
  }

  public static void accumulate(Accumulate op, Call call) {
    blend(call, 1, op.factor());
  }

  public static void lerp(Lerp op, Call call) {
    blend(call, op.decay(), 1 - op.decay());
  }

  private static void blend(Call call, double keep, double factor) {
    Launch kernel = call.kernel(FILE, "blend");
    ElementwiseOpenCl.update(call, kernel, call.in(0), call.in(1)).with(keep, factor).launch();
  }

  public static void adamW(AdamW op, Call call) {
    Launch kernel = call.kernel(FILE, "adamw");
    ElementwiseOpenCl.update(call, kernel, call.in(0), call.in(1), call.in(2), call.in(3))
        .with(
            op.beta1(),
            1 - op.beta1(),
            op.beta2(),
            1 - op.beta2(),
            1 - op.learningRate() * op.weightDecay(),
            op.learningRate() / (1 - Math.pow(op.beta1(), op.step())),
            Math.sqrt(1 - Math.pow(op.beta2(), op.step())),
            op.eps(),
            op.gradientScale())
        .launch();
  }

  public static void timestepEmbedding(TimestepEmbedding op, Call call) {
    float[] frequencies = op.frequencies();
    View table = call.scratch(DType.F32, Math.max(1, frequencies.length));
    call.context().write(MemorySegment.ofArray(frequencies), Call.buffer(table), 0);
    View t = call.in(0);
    long items = call.out(0).shape().elements();
    if (items > 0) {
      call.kernel(FILE, "timestep_embedding")
          .view(t)
          .number(t.layout().stride(0))
          .view(table)
          .view(call.out(0))
          .number(t.shape().extent(0))
          .integer(op.dim())
          .items(items);
    }
  }
}
