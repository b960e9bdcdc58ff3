package framepack.bench.kernel;

import framepack.tensor.op.Accumulate;
import framepack.tensor.op.AdamW;
import framepack.tensor.op.Lerp;
import org.openjdk.jmh.annotations.Param;

/// Updates of weights in place: optimiser, moving average, accumulation.
public class UpdateBench extends KernelBench {
  @Param({"hunyuan480p.adamw", "nano.adamw", "nano.lerp", "nano.accumulate"})
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    long[] weight = {m.dim(), m.dim()};
    return switch (Model.part(shape)) {
      case "adamw" ->
          KernelCase.alike(new AdamW(1e-3, 0.9, 0.99, 1e-8, 0.01, 100, 1), 4, weight).positive(3);
      case "lerp" -> KernelCase.alike(new Lerp(0.999), 2, weight);
      case "accumulate" -> KernelCase.alike(new Accumulate(1e-6), 2, weight);
      default -> throw Model.unknown(shape);
    };
  }
}
