package framepack.bench.kernel;

import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import org.openjdk.jmh.annotations.Param;

/// Functions of elements; those that models use, at the size of a hidden layer.
public class UnaryBench extends KernelBench {
  @Param({"hunyuan480p.gelu", "hunyuan480p.silu", "nano.gelu", "nano.gelu.backward", "nano.square"})
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    long[] hidden = {m.rows(), m.hidden()};
    return switch (Model.part(shape)) {
      case "gelu" -> KernelCase.alike(new Unary(gelu(m)), 1, hidden);
      case "gelu.backward" -> KernelCase.alike(new UnaryBackward(gelu(m)), 2, hidden);
      case "silu" -> KernelCase.alike(new Unary(UnaryFunction.SILU), 1, m.rows(), m.dim());
      case "square" -> KernelCase.alike(new Unary(UnaryFunction.SQUARE), 1, m.dim(), m.hidden());
      default -> throw Model.unknown(shape);
    };
  }

  /// The laboratory's models use the exact form, the released ones that of tanh.
  private static UnaryFunction gelu(Model m) {
    return m.batch() > 1 ? UnaryFunction.GELU_EXACT : UnaryFunction.GELU_TANH;
  }
}
