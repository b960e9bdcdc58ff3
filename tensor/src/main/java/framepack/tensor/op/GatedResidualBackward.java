package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [GatedResidual] beyond the residual (whose gradient is gy itself): x, gate, gy -> gx [batch, tokens, d],
/// ggate [batch, d].
public record GatedResidualBackward() implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Rules.sameShape(this, in, 0, 2);
    Rules.modulation(this, in, 1, 1);
    return List.of(in.get(0), in.get(1));
  }

  @Override
  public double flops(List<Spec> in) {
    return 3.0 * in.get(0).shape().elements();
  }
}
