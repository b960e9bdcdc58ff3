package framepack.tensor.op;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// The same elements in the same order under another shape.
public record Reshape(Shape shape) implements ViewOp {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Rules.require(
        this,
        in.get(0).shape().elements() == shape.elements(),
        () -> "as many elements as " + shape,
        in);
    return List.of(new Spec(in.get(0).dtype(), shape));
  }

  @Override
  public Layout apply(Layout x) {
    return x.reshape(shape);
  }
}
