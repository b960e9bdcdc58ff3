package framepack.bench.kernel;

import framepack.tensor.core.Spec;
import framepack.tensor.op.ModulatedLayerNorm;
import framepack.tensor.op.ModulatedLayerNormBackward;
import org.openjdk.jmh.annotations.Param;

/// The layer norm of every block, shifted and scaled by the time embedding.
public class ModulatedLayerNormBench extends KernelBench {
  @Param({"hunyuan480p", "hunyuan480p.backward", "nano", "nano.backward"})
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    Spec x = Spec.f32(m.batch(), m.tokens(), m.dim());
    Spec vector = Spec.f32(m.batch(), m.dim());
    return Model.part(shape).equals("backward")
        ? KernelCase.of(new ModulatedLayerNormBackward(1e-6), x, vector, x)
        : KernelCase.of(new ModulatedLayerNorm(1e-6), x, vector, vector);
  }
}
