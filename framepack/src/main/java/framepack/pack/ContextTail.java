package framepack.pack;

import framepack.tensor.Tensor;
import java.util.List;

/// Frames beyond the packed history. Every token is the mean over a span of frames and over all their pixels: over one
/// frame in packings `ta`, over all in packings `tc` (paper §3.1).
///
/// Items of a batch may have tails of different lengths: those with fewer tokens than the longest are padded, and nothing
/// attends to the padding.
///
/// @param kernel the nearest level's, whose projection encodes the tokens
/// @param pixels mean latent pixel of each token, [batch, channels, tokens]; zeros where there are no frames
/// @param times RoPE times that each token stands for, `[item][token]`
public record ContextTail(PatchKernel kernel, Tensor pixels, List<List<Span>> times) {
  public ContextTail {
    times = times.stream().map(List::copyOf).toList();
    int most = times.stream().mapToInt(List::size).max().orElse(0);
    boolean fits =
        pixels.shape().rank() == 3
            && pixels.extent(0) == times.size()
            && pixels.extent(2) == most
            && times.stream().flatMap(List::stream).allMatch(span -> span.count() > 0);
    if (most == 0 || !fits) {
      throw new IllegalArgumentException(
          "tail: pixels %s do not fit %d items of up to %d tokens, each with at least one time"
              .formatted(pixels.shape(), times.size(), most));
    }
  }

  /// Tokens of the longest tail.
  public int tokens() {
    return Math.toIntExact(pixels.extent(2));
  }

  /// Whether some items are padded.
  public boolean isPadded() {
    return times.stream().anyMatch(item -> item.size() < tokens());
  }

  /// First time of each token's span, `[item][token]`.
  long[][] firsts() {
    return times.stream()
        .map(item -> item.stream().mapToLong(Span::first).toArray())
        .toArray(long[][]::new);
  }

  /// Number of times of each token's span, `[item][token]`.
  int[][] counts() {
    return times.stream()
        .map(item -> item.stream().mapToInt(Span::count).toArray())
        .toArray(int[][]::new);
  }

  /// Every pixel as one whole patch of the kernel that encodes it, [batch, channels, tokens · t, h, w].
  Tensor patches() {
    PatchKernel k = kernel.layer();
    long batch = pixels.extent(0);
    long channels = pixels.extent(1);
    return pixels
        .reshape(batch, channels, tokens(), 1, 1, 1)
        .expand(batch, channels, tokens(), k.t(), k.h(), k.w())
        .contiguous()
        .reshape(batch, channels, (long) tokens() * k.t(), k.h(), k.w());
  }
}
