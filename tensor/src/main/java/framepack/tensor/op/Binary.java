package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// `c = a (operator) b` with NumPy broadcasting; both of one type.
public record Binary(BinaryOperator operator) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Rules.require(this, in.get(0).dtype() == in.get(1).dtype(), "operands of one type", in);
    Shape shape = Shape.broadcast(name(), in.get(0).shape(), in.get(1).shape());
    return List.of(new Spec(in.get(0).dtype(), shape));
  }

  @Override
  public double flops(List<Spec> in) {
    return outputs(in).get(0).shape().elements();
  }
}
