package framepack.bench.kernel;

import framepack.tensor.core.Spec;
import framepack.tensor.op.RmsNorm;
import framepack.tensor.op.RmsNormBackward;
import framepack.tensor.op.RmsNormRope;
import org.openjdk.jmh.annotations.Param;

/// Norms of query and key heads, with their rotation and without.
public class RmsNormBench extends KernelBench {
  @Param({
    "hunyuan480p",
    "hunyuan480p.backward",
    "hunyuan480p.rope",
    "nano",
    "nano.backward",
    "nano.rope"
  })
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    Spec x = Spec.f32(m.batch(), m.tokens(), m.heads(), m.headDim());
    Spec weight = Spec.f32(m.headDim());
    Spec phases = Spec.f32(m.batch(), m.tokens(), m.headDim());
    return switch (Model.part(shape)) {
      case "backward" -> KernelCase.of(new RmsNormBackward(1e-6), x, weight, x);
      case "rope" -> KernelCase.of(new RmsNormRope(1e-6), x, weight, phases, phases);
      default -> KernelCase.of(new RmsNorm(1e-6), x, weight);
    };
  }
}
