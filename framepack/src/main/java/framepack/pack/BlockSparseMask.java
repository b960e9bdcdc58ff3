package framepack.pack;

import framepack.tensor.Tensor;

/// Block-sparse attention (a window and a global block, as in BigBird, arXiv:2007.14062): the sequence falls into blocks, counted
/// from its end, so that a frame to make can be a block. A token sees its own block, the one before and the one after, and the
/// first block; the first block sees everything. What lies further away is seen through other tokens, a layer later.
///
/// The mask states what is seen; the time of the hidden blocks is not saved.
///
/// @param tokens of the sequence
/// @param block tokens of a block; the first one has what is left over
public record BlockSparseMask(int tokens, int block) {
  public BlockSparseMask {
    if (tokens < 1 || block < 1) {
      throw new IllegalArgumentException(
          "block-sparse mask: expected tokens in blocks, got %d in blocks of %d"
              .formatted(tokens, block));
    }
  }

  /// Whether a token sees another.
  public boolean sees(int query, int key) {
    int of = block(query);
    int other = block(key);
    return Math.abs(of - other) <= 1 || of == first() || other == first();
  }

  /// Counted from the end.
  private int block(int token) {
    return (tokens - 1 - token) / block;
  }

  private int first() {
    return block(0);
  }

  /// True where a query sees a key that is no padding, BOOL [batch, 1, tokens, tokens].
  ///
  /// @param tail the tail at the front of the sequence; null if there is none
  public Tensor tensor(ContextTail tail, int batch) {
    boolean[] sees = new boolean[Math.multiplyExact(batch, tokens * tokens)];
    int at = 0;
    for (int item = 0; item < batch; item++) {
      int real = tail == null ? 0 : tail.times().get(item).size();
      int padded = tail == null ? 0 : tail.tokens();
      for (int query = 0; query < tokens; query++) {
        for (int key = 0; key < tokens; key++) {
          sees[at++] = sees(query, key) && (key < real || key >= padded);
        }
      }
    }
    return Tensor.ofBooleans(sees, batch, 1, tokens, tokens);
  }
}
