package framepack.tensor.op;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Extents of 1 (and missing outer axes) repeated to `shape` without a copy.
public record Expand(Shape shape) implements ViewOp {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Rules.require(
        this,
        in.get(0).shape().rank() <= shape.rank()
            && Shape.broadcast(name(), in.get(0).shape(), shape).equals(shape),
        () -> "an operand that broadcasts to " + shape,
        in);
    return List.of(new Spec(in.get(0).dtype(), shape));
  }

  @Override
  public Layout apply(Layout x) {
    return x.expand(shape);
  }
}
