package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// `y = residual + gate * x` per batch item: residual, x [batch, tokens, d], gate [batch, d].
public record GatedResidual() implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Rules.sameShape(this, in, 0, 1);
    Rules.modulation(this, in, 2, 2);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 2.0 * in.get(0).shape().elements();
  }
}
