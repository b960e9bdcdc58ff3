package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [LayerNorm]: x, gy, and if `affine` weight -> gx, and if `affine` gweight, gbias.
public record LayerNormBackward(double eps, boolean affine) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, affine ? 3 : 2);
    Rules.sameShape(this, in, 0, 1);
    Rules.vector(this, in, affine ? 2 : -1);
    return affine ? List.of(in.get(0), in.get(2), in.get(2)) : List.of(in.get(0));
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
