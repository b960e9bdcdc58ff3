package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// In place: `target = decay * target + (1 - decay) * x`, the exponential moving average of weights. No outputs.
public record Lerp(double decay) implements Op {
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
    return 3.0 * in.get(0).shape().elements();
  }
}
