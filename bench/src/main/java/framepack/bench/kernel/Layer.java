package framepack.bench.kernel;

import framepack.bench.kernel.KernelCase.Check;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import java.util.List;

/// A fully connected layer by name, as the races run it: x [m, k], weight [n, k].
public record Layer(long m, long k, long n) {
  private static final String ROWS = "rows";

  /// What a shape's name stands for; `rows16` is the square projection of a model for as many tokens.
  public static Layer of(String shape) {
    return switch (shape) {
      case "square1024" -> new Layer(1024, 1024, 1024);
      case "square2048" -> new Layer(2048, 2048, 2048);
      case "tokens4096" -> new Layer(4096, 1024, 4096);
      default -> of(Model.of(shape), shape);
    };
  }

  private static Layer of(Model m, String shape) {
    String part = Model.part(shape);
    return switch (part) {
      case "out", "attn" -> new Layer(m.rows(), m.dim(), m.dim());
      // three layers in the laboratory's model, one in the large ones
      case "qkv" -> new Layer(m.rows(), m.dim(), m.batch() > 1 ? m.dim() : 3 * m.dim());
      case "mlp1" -> new Layer(m.rows(), m.dim(), m.hidden());
      case "mlp2" -> new Layer(m.rows(), m.hidden(), m.dim());
      case "k4embed" -> new Layer(8 * m.batch(), 4096, m.dim());
      default -> {
        if (!part.startsWith(ROWS)) {
          throw Model.unknown(shape);
        }
        yield new Layer(Long.parseLong(part.substring(ROWS.length())), m.dim(), m.dim());
      }
    };
  }

  /// Its product without bias and activation, which libraries of linear algebra do not have.
  public KernelCase product(DType weights) {
    return KernelCase.of(
            new Linear(false, Activation.NONE, false),
            Spec.f32(m, k),
            new Spec(weights, Shape.of(n, k)))
        .checking(new Check(List.of(0, Check.WHOLE), List.of(0), Math.min(2, m)));
  }
}
