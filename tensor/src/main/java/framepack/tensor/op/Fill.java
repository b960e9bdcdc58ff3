package framepack.tensor.op;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// A dense tensor with every element equal to `value`. No inputs.
public record Fill(DType dtype, Shape shape, double value) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 0);
    return List.of(new Spec(dtype, shape));
  }

  @Override
  public double flops(List<Spec> in) {
    return 0;
  }
}
