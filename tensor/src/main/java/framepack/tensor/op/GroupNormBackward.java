package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [GroupNorm]: x, weight, gy -> gx, gweight, gbias.
public record GroupNormBackward(int groups, double eps) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Rules.groups(this, in, groups);
    Rules.sameShape(this, in, 0, 2);
    return List.of(in.get(0), in.get(1), in.get(1));
  }

  @Override
  public double flops(List<Spec> in) {
    return 16.0 * in.get(0).shape().elements();
  }

  @Override
  public double budget() {
    return 1e-5;
  }
}
