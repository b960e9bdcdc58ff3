package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Scaled dot-product attention, token-major: q [batch, s, heads, d], k and v [batch, t, kvHeads, d] with heads a multiple of
/// kvHeads (query head `h` uses key head `h / (heads / kvHeads)`) -> out [batch, s, heads, d] and lse [batch, heads, s] (the
/// natural log of the sum of exp of the scaled scores, kept for the backward pass).
///
/// Further inputs in order: if `keyLengths` an I32 [batch], keys at or beyond it are ignored; if `mask` a rank-4 tensor that
/// broadcasts to [batch, heads, s, t]: BOOL (true = keep) or float (added to the scaled scores). `causal` hides keys
/// `j > i`. A row that sees no key yields zeros and lse = -inf. arXiv:1706.03762, tiling arXiv:2205.14135.
public record Attention(double scale, boolean causal, boolean keyLengths, boolean mask)
    implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3 + (keyLengths ? 1 : 0) + (mask ? 1 : 0));
    Rules.attention(this, in, keyLengths ? keyLengthsAt() : -1, mask ? maskAt() : -1);
    Shape q = in.get(0).shape();
    return List.of(
        in.get(0), new Spec(in.get(0).dtype(), Shape.of(q.extent(0), q.extent(2), q.extent(1))));
  }

  /// Position of the key lengths among the inputs, if there are any.
  public int keyLengthsAt() {
    return 3;
  }

  /// Position of the mask among the inputs, if there is one.
  public int maskAt() {
    return 3 + (keyLengths ? 1 : 0);
  }

  @Override
  public double flops(List<Spec> in) {
    return 4.0 * in.get(0).shape().elements() * in.get(1).shape().extent(1);
  }

  @Override
  public double budget() {
    return 4e-6;
  }
}
