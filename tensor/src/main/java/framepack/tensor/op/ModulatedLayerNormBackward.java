package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [ModulatedLayerNorm]: x, scale, gy -> gx [batch, tokens, d], gshift [batch, d], gscale [batch, d].
public record ModulatedLayerNormBackward(double eps) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Rules.modulation(this, in, 1, 1);
    Rules.sameShape(this, in, 0, 2);
    return List.of(in.get(0), in.get(1), in.get(1));
  }

  @Override
  public double flops(List<Spec> in) {
    return 18.0 * in.get(0).shape().elements();
  }

  @Override
  public double budget() {
    return 1e-5;
  }
}
