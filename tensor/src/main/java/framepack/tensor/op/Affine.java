package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// `y = factor * x + shift` with scalars.
public record Affine(double factor, double shift) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 2.0 * in.get(0).shape().elements();
  }
}
