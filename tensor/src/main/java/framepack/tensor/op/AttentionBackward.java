package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [Attention] by recomputing the scores tile by tile: q, k, v, out, lse, gout, then key lengths and mask as in
/// [Attention] -> gq, gk, gv, and if `maskGradient` the gradient of a float mask in its own (unbroadcast) shape.
public record AttentionBackward(
    double scale, boolean causal, boolean keyLengths, boolean mask, boolean maskGradient)
    implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 6 + (keyLengths ? 1 : 0) + (mask ? 1 : 0));
    Rules.attention(this, in, keyLengths ? keyLengthsAt() : -1, mask ? maskAt() : -1);
    Rules.sameShape(this, in, 0, 5);
    return maskGradient
        ? List.of(in.get(0), in.get(1), in.get(2), in.get(maskAt()))
        : List.of(in.get(0), in.get(1), in.get(2));
  }

  /// Position of the key lengths among the inputs, if there are any.
  public int keyLengthsAt() {
    return 6;
  }

  /// Position of the mask among the inputs, if there is one.
  public int maskAt() {
    return 6 + (keyLengths ? 1 : 0);
  }

  @Override
  public double flops(List<Spec> in) {
    return 10.0 * in.get(0).shape().elements() * in.get(1).shape().extent(1);
  }

  @Override
  public double budget() {
    return 1e-5;
  }
}
