package framepack.pack;

import framepack.tensor.Tensor;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import framepack.tensor.op.UnaryFunction;

/// Attention without a softmax (Katharopoulos et al., "Transformers are RNNs", arXiv:2006.16236): a weight is
/// `φ(query) · φ(key)` with `φ(x) = elu(x) + 1`, so that all keys fit into one matrix d x d of a head, whatever their number.
/// Cost and memory grow with the number of tokens, not with its square.
///
/// @param counts 1 for keys that count, 0 for padding, F32 [batch, 1, keys, 1]; null if all count
public record LinearAttention(Tensor counts) implements Attending {
  /// As [VisibleKeys#of(ContextTail, int, int...)], for a sequence that is padded behind its tail only.
  public static LinearAttention of(ContextTail tail, int batch, int keys) {
    if (tail == null || !tail.isPadded()) {
      return new LinearAttention(null);
    }
    float[] counts = new float[batch * keys];
    for (int item = 0; item < batch; item++) {
      for (int key = 0; key < keys; key++) {
        boolean padding = key >= tail.times().get(item).size() && key < tail.tokens();
        counts[item * keys + key] = padding ? 0 : 1;
      }
    }
    return new LinearAttention(Tensor.of(counts, batch, 1, keys, 1));
  }

  @Override
  public Tensor attention(Tensor queries, Tensor keys, Tensor values) {
    Tensor q = positive(queries.permute(0, 2, 1, 3)); // [batch, heads, tokens, d]
    Tensor k = positive(keys.permute(0, 2, 1, 3));
    if (counts != null) {
      k = k.mul(counts);
    }
    Tensor all = k.permute(0, 1, 3, 2); // [batch, heads, d, keys]
    Tensor found = q.matmul(all.matmul(values.permute(0, 2, 1, 3)));
    Tensor weight = q.matmul(all.sum(3).unsqueeze(3)); // [batch, heads, tokens, 1]
    return found.div(weight).permute(0, 2, 1, 3);
  }

  /// elu(x) + 1.
  private static Tensor positive(Tensor x) {
    Tensor zero = Tensor.of(new float[] {0}, 1, 1, 1, 1);
    Tensor above = Tensor.apply(new Binary(BinaryOperator.MAX), x, zero).getFirst();
    Tensor below = Tensor.apply(new Binary(BinaryOperator.MIN), x, zero).getFirst();
    return above.add(below.apply(UnaryFunction.EXP));
  }
}
