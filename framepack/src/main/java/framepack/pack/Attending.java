package framepack.pack;

import framepack.tensor.Tensor;

/// How tokens look at one another.
public sealed interface Attending permits VisibleKeys, LinearAttention {
  /// Values [batch, tokens, heads, d] as the queries find them by the keys, shaped like the queries.
  Tensor attention(Tensor queries, Tensor keys, Tensor values);
}
