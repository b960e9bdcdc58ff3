package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Normalises each of `groups` groups of channels over channels and positions: x [n, c, ...], weight [c], bias [c].
/// arXiv:1803.08494.
public record GroupNorm(int groups, double eps) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Rules.groups(this, in, groups);
    Rules.sameShape(this, in, 1, 2);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 8.0 * in.get(0).shape().elements();
  }
}
