package framepack.bench.kernel;

import framepack.bench.kernel.KernelCase.Check;
import framepack.tensor.core.Spec;
import framepack.tensor.op.MatMul;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Products: the gradients of a fully connected layer with respect to its input and its weight.
public class MatMulBench extends KernelBench {
  @Param({
    "square2048",
    "hunyuan480p.input",
    "hunyuan480p.weight",
    "nano.input",
    "nano.weight",
    "nano.k4weight"
  })
  public String shape;

  @Override
  public KernelCase work() {
    return switch (shape) {
      case "square2048" -> product(false, 2048, 2048, 2048);
      case "hunyuan480p.input" -> product(false, 1560, 3072, 3072);
      case "hunyuan480p.weight" -> product(true, 3072, 1560, 3072);
      case "nano.input" -> product(false, 576, 288, 96);
      case "nano.weight" -> product(true, 96, 576, 288);
      case "nano.k4weight" -> product(true, 96, 64, 4096);
      default -> throw Model.unknown(shape);
    };
  }

  private static KernelCase product(boolean transposeA, long m, long k, long n) {
    Spec a = transposeA ? Spec.f32(k, m) : Spec.f32(m, k);
    return KernelCase.of(new MatMul(transposeA, false), a, Spec.f32(k, n))
        .checking(new Check(List.of(transposeA ? 1 : 0, Check.WHOLE), List.of(0), 2));
  }
}
