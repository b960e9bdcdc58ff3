package framepack.bench.race;

import framepack.bench.kernel.Cost;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.KernelCase.Check;
import framepack.bench.kernel.Model;
import framepack.bench.kernel.PreparedKernel;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Param;

/// One fully connected layer with its weights stored in every type, in turn: what a conversion costs, and what bytes that
/// need not travel save.
public class WeightsRace extends Race {
  private static final List<DType> TYPES =
      List.of(DType.F32, DType.BF16, DType.F16, DType.Q8_0, DType.Q4_0);

  @Param({
    "hunyuan480p.out",
    "hunyuan480p.qkv",
    "hunyuan480p.mlp1",
    "hunyuan480p.rows1",
    "hunyuan480p.rows4",
    "hunyuan480p.rows8",
    "hunyuan480p.rows16",
    "hunyuan480p.rows256",
    "tokens4096",
    "square2048"
  })
  public String shape;

  @Override
  public List<String> names() {
    return TYPES.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  public Cost cost() {
    return work(DType.F32).cost();
  }

  private KernelCase work(DType weights) {
    if (shape.equals("square2048")) {
      return linear(2048, 2048, 2048, weights);
    }
    if (shape.equals("tokens4096")) {
      return linear(4096, 1024, 4096, weights);
    }
    Model m = Model.of(shape);
    String part = Model.part(shape);
    return switch (part) {
      case "out" -> linear(m.rows(), m.dim(), m.dim(), weights);
      case "qkv" -> linear(m.rows(), m.dim(), 3 * m.dim(), weights);
      case "mlp1" -> linear(m.rows(), m.dim(), m.hidden(), weights);
      default -> {
        if (!part.startsWith("rows")) {
          throw Model.unknown(shape);
        }
        yield linear(Long.parseLong(part.substring("rows".length())), m.dim(), m.dim(), weights);
      }
    };
  }

  private static KernelCase linear(long m, long k, long n, DType weights) {
    return KernelCase.of(
            new Linear(false, Activation.NONE, false),
            Spec.f32(m, k),
            new Spec(weights, Shape.of(n, k)))
        .checking(new Check(List.of(0, Check.WHOLE), List.of(0), Math.min(2, m)));
  }

  /// Each on threads of its own, of which those that have no turn sleep.
  private record Stored(PreparedKernel kernel) implements Contestant {
    @Override
    public Object run() {
      return kernel.run();
    }

    @Override
    public void close() {
      kernel.close();
    }
  }

  @Override
  protected List<Contestant> enter() {
    List<Contestant> all = new ArrayList<>();
    for (DType type : TYPES) {
      all.add(new Stored(new PreparedKernel(work(type), device)));
    }
    return all;
  }
}
