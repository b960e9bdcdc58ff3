package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [Conv3d]: x, weight, gy -> gx, gweight, gbias [o].
public record Conv3dBackward(int st, int sh, int sw) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Spec gy = new Conv3d(st, sh, sw, false).outputs(in.subList(0, 2)).get(0);
    Rules.require(this, gy.equals(in.get(2)), () -> "gy " + gy, in);
    Spec bias = new Spec(gy.dtype(), Shape.of(in.get(1).shape().extent(0)));
    return List.of(in.get(0), in.get(1), bias);
  }

  @Override
  public double flops(List<Spec> in) {
    return 2 * new Conv3d(st, sh, sw, true).flops(List.of(in.get(0), in.get(1), biasOf(in)));
  }

  private static Spec biasOf(List<Spec> in) {
    return new Spec(in.get(1).dtype(), Shape.of(in.get(1).shape().extent(0)));
  }

  @Override
  public double budget() {
    return 1e-5;
  }
}
