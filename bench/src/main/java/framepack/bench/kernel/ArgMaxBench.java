package framepack.bench.kernel;

import framepack.tensor.op.ArgMax;
import org.openjdk.jmh.annotations.Param;

/// The nearest of 128 or 256 codes for every latent pixel of a history, once the scores are there.
public class ArgMaxBench extends KernelBench {
  @Param({"hunyuan480p.k256", "nano.k128"})
  public String shape;

  @Override
  public KernelCase work() {
    return switch (shape) {
      case "hunyuan480p.k256" -> KernelCase.alike(new ArgMax(), 1, 6240, 256);
      case "nano.k128" -> KernelCase.alike(new ArgMax(), 1, 1216, 128);
      default -> throw Model.unknown(shape);
    };
  }
}
