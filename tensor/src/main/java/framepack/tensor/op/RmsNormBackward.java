package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [RmsNorm]: x, weight, gy -> gx, gweight.
public record RmsNormBackward(double eps) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Rules.vectorsOf(this, in, 1);
    Rules.sameShape(this, in, 0, 2);
    return List.of(in.get(0), in.get(1));
  }

  @Override
  public double flops(List<Spec> in) {
    return 10.0 * in.get(0).shape().elements();
  }

  @Override
  public double budget() {
    return 1e-5;
  }
}
