package framepack.bench.kernel;

import framepack.tensor.core.Spec;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Conv3dBackward;
import org.openjdk.jmh.annotations.Param;

/// Convolutions of the video autoencoder, by themselves.
public class ConvolutionBench extends KernelBench {
  @Param({"vae", "vae.backward"})
  public String shape;

  @Override
  public KernelCase work() {
    Spec x = Spec.f32(1, 32, 4, 32, 34);
    Spec weight = Spec.f32(32, 32, 3, 3, 3);
    if (Model.part(shape).equals("backward")) {
      return KernelCase.of(new Conv3dBackward(1, 1, 1), x, weight, Spec.f32(1, 32, 2, 30, 32));
    }
    return KernelCase.of(new Conv3d(1, 1, 1, true), x, weight, Spec.f32(32));
  }
}
