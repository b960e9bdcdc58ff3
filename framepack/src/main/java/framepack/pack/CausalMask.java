package framepack.pack;

import framepack.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// Attention of a video that is made from left to right: a token sees the tokens whose frames are not later than its own, so
/// that history never depends on what is made from it (block-causal attention as in CausVid, arXiv:2412.07772; a baseline of
/// the paper's Table 2).
///
/// A token of several frames counts as its latest one. The noisy frames are one block: they see each other, as a chunk of
/// CausVid does. Padding of a tail is seen by padding only.
///
/// @param latest RoPE time of the latest frame of every token, `[item][token]`, in the order of [Packer]
public record CausalMask(long[][] latest) {
  private static final long PADDING = Long.MAX_VALUE;

  /// @param tail null if there is none
  /// @param noisy latents [batch, channels, frames, height, width] whose frames stand at `times`
  /// @param base kernel of the noisy latents
  public static CausalMask of(
      ContextTail tail,
      List<ContextLevel> context,
      Tensor noisy,
      long[][] times,
      PatchKernel base) {
    int height = Math.toIntExact(noisy.extent(3));
    int width = Math.toIntExact(noisy.extent(4));
    int before = tail == null ? 0 : tail.tokens();
    int tokens = before;
    for (ContextLevel level : context) {
      tokens += (int) level.kernel().tokens(level.times()[0].length, height, width);
    }
    int made = (int) base.tokens(times[0].length, height, width);
    long[][] latest = new long[times.length][tokens + made];
    for (int item = 0; item < latest.length; item++) {
      Arrays.fill(latest[item], PADDING);
      for (int i = 0; tail != null && i < tail.times().get(item).size(); i++) {
        latest[item][i] = tail.times().get(item).get(i).latest();
      }
      int at = before;
      for (ContextLevel level : context) {
        at = fill(latest[item], at, level.times()[item], level.kernel(), height, width);
      }
      long last = Arrays.stream(times[item]).max().orElseThrow();
      Arrays.fill(latest[item], at, at + made, last);
    }
    return new CausalMask(latest);
  }

  private static int fill(long[] latest, int from, long[] times, PatchKernel k, int h, int w) {
    int perBlock = (int) k.tokens(1, h, w);
    int at = from;
    for (int first = 0; first < times.length; first += k.t(), at += perBlock) {
      int end = Math.min(first + k.t(), times.length);
      Arrays.fill(latest, at, at + perBlock, Arrays.stream(times, first, end).max().orElseThrow());
    }
    return at;
  }

  /// Whether a token sees another.
  public boolean sees(int item, int query, int key) {
    return latest[item][key] <= latest[item][query];
  }

  /// True where a query sees a key, BOOL [batch, 1, tokens, tokens].
  public Tensor tensor() {
    int n = latest[0].length;
    boolean[] sees = new boolean[Math.multiplyExact(latest.length, n * n)];
    int at = 0;
    for (int item = 0; item < latest.length; item++) {
      for (int query = 0; query < n; query++) {
        for (int key = 0; key < n; key++) {
          sees[at++] = sees(item, query, key);
        }
      }
    }
    return Tensor.ofBooleans(sees, latest.length, 1, n, n);
  }
}
