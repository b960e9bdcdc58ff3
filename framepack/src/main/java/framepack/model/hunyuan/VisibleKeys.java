package framepack.model.hunyuan;

import framepack.pack.ContextTail;
import framepack.tensor.Tensor;
import java.util.Arrays;

/// The keys of a joint sequence `[tail | other video | image | text]` that are no padding. Padding lies at two places:
/// behind a text that is shorter than the longest of its batch, and behind a tail that is.
///
/// @param lengths keys in front of the padding at the end, I32 [batch]; null if none is there or the mask knows it
/// @param mask true for keys that count, BOOL [batch, 1, 1, keys]; null if no tail is padded
public record VisibleKeys(Tensor lengths, Tensor mask) {
  /// Nothing is padded.
  public static final VisibleKeys ALL = new VisibleKeys(null, null);

  /// Only keys in front of `lengths` (one a batch item).
  public static VisibleKeys before(int... lengths) {
    return new VisibleKeys(Tensor.ofInts(lengths, lengths.length), null);
  }

  /// The keys of padded tails that count, and those in front of `lengths` among `keys`.
  static VisibleKeys of(ContextTail tail, int keys, int... lengths) {
    boolean[] mask = new boolean[lengths.length * keys];
    for (int item = 0; item < lengths.length; item++) {
      int from = item * keys;
      Arrays.fill(mask, from, from + tail.times().get(item).size(), true);
      Arrays.fill(mask, from + tail.tokens(), from + lengths[item], true);
    }
    return new VisibleKeys(null, Tensor.ofBooleans(mask, lengths.length, 1, 1, keys));
  }
}
