package framepack.bench.kernel;

import framepack.tensor.core.Spec;
import framepack.tensor.op.GroupNorm;
import framepack.tensor.op.GroupNormBackward;
import org.openjdk.jmh.annotations.Param;

/// The norm of the video autoencoder: 32 groups of a decoder's channels.
public class GroupNormBench extends KernelBench {
  @Param({"vae", "vae.backward"})
  public String shape;

  @Override
  public KernelCase work() {
    Spec x = Spec.f32(1, 128, 4, 60, 104);
    Spec vector = Spec.f32(128);
    return Model.part(shape).equals("backward")
        ? KernelCase.of(new GroupNormBackward(32, 1e-6), x, vector, x)
        : KernelCase.of(new GroupNorm(32, 1e-6), x, vector, vector);
  }
}
