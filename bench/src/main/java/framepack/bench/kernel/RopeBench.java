package framepack.bench.kernel;

import framepack.tensor.core.Spec;
import framepack.tensor.op.Rope;
import framepack.tensor.op.TimestepEmbedding;
import org.openjdk.jmh.annotations.Param;

/// Rotation of heads by their phases, and the embedding of a timestep.
public class RopeBench extends KernelBench {
  @Param({"hunyuan480p", "nano", "nano.transposed", "timesteps"})
  public String shape;

  @Override
  public KernelCase work() {
    if (shape.equals("timesteps")) {
      return KernelCase.of(new TimestepEmbedding(256, 10_000), Spec.f32(8)).positive(0);
    }
    Model m = Model.of(shape);
    Spec x = Spec.f32(m.batch(), m.tokens(), m.heads(), m.headDim());
    Spec phases = Spec.f32(m.batch(), m.tokens(), m.headDim());
    return KernelCase.of(new Rope(Model.part(shape).equals("transposed")), x, phases, phases);
  }
}
