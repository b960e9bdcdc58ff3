package framepack.bench.kernel;

import framepack.tensor.core.Spec;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.LayerNormBackward;
import org.openjdk.jmh.annotations.Param;

/// Layer norm with weight and bias, of a token's channels.
public class LayerNormBench extends KernelBench {
  @Param({"hunyuan480p", "hunyuan480p.backward", "nano", "nano.backward"})
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    Spec x = Spec.f32(m.rows(), m.dim());
    Spec vector = Spec.f32(m.dim());
    return Model.part(shape).equals("backward")
        ? KernelCase.of(new LayerNormBackward(1e-6, true), x, x, vector)
        : KernelCase.of(new LayerNorm(1e-6, true), x, vector, vector);
  }
}
