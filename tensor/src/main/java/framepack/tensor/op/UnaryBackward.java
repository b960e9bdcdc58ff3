package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [Unary]: x, gy -> gx = gy * f'(x).
public record UnaryBackward(UnaryFunction function) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Rules.sameShape(this, in, 0, 1);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 2.0 * function.flops() * in.get(0).shape().elements();
  }
}
