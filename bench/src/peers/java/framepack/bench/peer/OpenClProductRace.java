package framepack.bench.peer;

import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.KernelCase.Check;
import framepack.bench.kernel.Model;
import framepack.tensor.Tensor;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Fully connected layers on an OpenCL device beside CLBlast: give `-p device=opencl`. Without CLBlast ours runs alone.
public class OpenClProductRace extends KernelRace {
  @Param({"hunyuan480p.out", "hunyuan480p.mlp1", "square1024"})
  public String shape;

  @Override
  public List<String> names() {
    return ClBlast.missing().isEmpty() ? List.of("framepack", "CLBlast") : List.of("framepack");
  }

  @Override
  KernelCase work() {
    if (shape.equals("square1024")) {
      return linear(1024, 1024, 1024);
    }
    Model m = Model.of(shape);
    return switch (Model.part(shape)) {
      case "out" -> linear(m.rows(), m.dim(), m.dim());
      case "mlp1" -> linear(m.rows(), m.dim(), m.hidden());
      default -> throw Model.unknown(shape);
    };
  }

  private static KernelCase linear(long m, long k, long n) {
    return KernelCase.of(
            new Linear(false, Activation.NONE, false), Spec.f32(m, k), Spec.f32(n, k))
        .checking(new Check(List.of(0, Check.WHOLE), List.of(0), 2));
  }

  @Override
  List<Peer> peers(List<Tensor> operands, int threads) {
    String missing = ClBlast.missing();
    if (!missing.isEmpty()) {
      System.err.println("CLBlast does not run: " + missing);
      return List.of();
    }
    try (Backend named = Backends.open(device)) {
      return List.of(new ClBlast(named.name(), operands.get(0), operands.get(1)));
    }
  }
}
