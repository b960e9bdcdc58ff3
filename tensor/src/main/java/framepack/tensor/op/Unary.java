package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// `y = f(x)` element by element.
public record Unary(UnaryFunction function) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return function.flops() * in.get(0).shape().elements();
  }
}
