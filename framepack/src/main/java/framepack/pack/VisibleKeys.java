package framepack.pack;

import framepack.tensor.Tensor;
import java.util.Arrays;

/// The keys of a sequence `[tail | levels | noisy | image | text]` that are no padding. Padding lies at two places: behind
/// a tail that is shorter than the longest of its batch, and behind a text that is, where text is part of the sequence.
///
/// @param lengths keys in front of the padding at the end, I32 [batch]; null if none is there or the mask knows it
/// @param mask true for keys that count, BOOL [batch, 1, 1 or queries, keys]; null if all queries see all of `lengths`
public record VisibleKeys(Tensor lengths, Tensor mask) implements Attending {
  /// Nothing is padded.
  public static final VisibleKeys ALL = new VisibleKeys(null, null);

  /// Only keys in front of `lengths` (one a batch item).
  public static VisibleKeys before(int... lengths) {
    return new VisibleKeys(Tensor.ofInts(lengths, lengths.length), null);
  }

  /// Every query has keys of its own, BOOL [batch, 1, queries, keys]: of a [CausalMask] or a [BlockSparseMask].
  public static VisibleKeys of(Tensor mask) {
    return new VisibleKeys(null, mask);
  }

  /// Of each batch item's `keys`, those of `tail` that count and what follows it in front of `lengths`.
  ///
  /// @param tail the tail at the front; null if there is none
  /// @param lengths one a batch item, at most `keys`
  public static VisibleKeys of(ContextTail tail, int keys, int... lengths) {
    if (tail != null && tail.isPadded()) {
      return masked(tail, keys, lengths);
    }
    return Arrays.stream(lengths).allMatch(length -> length == keys) ? ALL : before(lengths);
  }

  private static VisibleKeys masked(ContextTail tail, int keys, int[] lengths) {
    boolean[] mask = new boolean[lengths.length * keys];
    for (int item = 0; item < lengths.length; item++) {
      int from = item * keys;
      Arrays.fill(mask, from, from + tail.times().get(item).size(), true);
      Arrays.fill(mask, from + tail.tokens(), from + lengths[item], true);
    }
    return new VisibleKeys(null, Tensor.ofBooleans(mask, lengths.length, 1, 1, keys));
  }

  @Override
  public Tensor attention(Tensor queries, Tensor keys, Tensor values) {
    return mask == null
        ? queries.attention(keys, values, lengths)
        : queries.attentionMasked(keys, values, mask);
  }
}
