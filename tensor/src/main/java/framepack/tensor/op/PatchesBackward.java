package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [Patches]: gy [batch, tokens, c·kt·kh·kw] -> gx of the given `shape` [batch, c, t, h, w]; padded copies add
/// up at the edge.
public record PatchesBackward(int kt, int kh, int kw, Shape shape) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Spec x = new Spec(in.get(0).dtype(), shape);
    Rules.require(
        this,
        new Patches(kt, kh, kw).outputs(List.of(x)).equals(in),
        () -> "the gradient of patches of " + shape,
        in);
    return List.of(x);
  }

  @Override
  public double flops(List<Spec> in) {
    return in.get(0).shape().elements();
  }
}
