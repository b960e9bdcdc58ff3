package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// In place: `target += factor * x`. Inputs target, x of one shape; no outputs.
public record Accumulate(double factor) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Rules.sameShape(this, in, 0, 1);
    return List.of();
  }

  @Override
  public List<Integer> mutates() {
    return List.of(0);
  }

  @Override
  public double flops(List<Spec> in) {
    return 2.0 * in.get(0).shape().elements();
  }
}
