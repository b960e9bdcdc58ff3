package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Rotary position embedding of interleaved pairs: x [batch, tokens, heads, d], cos and sin [tokens, d] or
/// [batch, tokens, d], each used as given (average-pooled tables have cos² + sin² < 1):
/// `y[2i] = x[2i]·cos[2i] - x[2i+1]·sin[2i]`, `y[2i+1] = x[2i+1]·cos[2i+1] + x[2i]·sin[2i+1]`.
/// With `transpose` the transposed map, which is its gradient. arXiv:2104.09864.
public record Rope(boolean transpose) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Rules.rotation(this, in, 1);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 3.0 * in.get(0).shape().elements();
  }
}
