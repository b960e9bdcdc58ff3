package framepack.pack;

import framepack.tensor.Tensor;
import java.util.List;

/// Frames beyond the packed history. Every token is the mean over some frames and over all their pixels: over one frame in
/// packings `ta`, over all in packings `tc` (paper §3.1).
///
/// Items of a batch may have tails of different lengths: those with fewer tokens than the longest are padded, and nothing
/// attends to the padding.
///
/// @param kernel the nearest level's, whose projection encodes the tokens
/// @param pixels mean latent pixel of each token, [batch, channels, tokens]; zeros where there are no frames
/// @param times RoPE times that each token stands for, `[item][token]`
public record ContextTail(PatchKernel kernel, Tensor pixels, List<List<TimeRuns>> times) {
  public ContextTail {
    times = times.stream().map(List::copyOf).toList();
    int most = times.stream().mapToInt(List::size).max().orElse(0);
    boolean fits =
        pixels.shape().rank() == 3 && pixels.extent(0) == times.size() && pixels.extent(2) == most;
    if (most == 0 || !fits) {
      throw new IllegalArgumentException(
          "tail: pixels %s do not fit %d items of up to %d tokens"
              .formatted(pixels.shape(), times.size(), most));
    }
  }

  /// A tail whose tokens stand for one run of times each, `[item][token]`.
  public static ContextTail ofRuns(PatchKernel kernel, Tensor pixels, List<List<Span>> runs) {
    return new ContextTail(
        kernel,
        pixels,
        runs.stream().map(item -> item.stream().map(TimeRuns::of).toList()).toList());
  }

  /// Tokens of the longest tail.
  public int tokens() {
    return Math.toIntExact(pixels.extent(2));
  }

  /// Whether some items are padded.
  public boolean isPadded() {
    return times.stream().anyMatch(item -> item.size() < tokens());
  }

  /// First time of each run, `[item][token][run]`.
  long[][][] firsts() {
    return times.stream()
        .map(item -> item.stream().map(TimeRuns::firsts).toArray(long[][]::new))
        .toArray(long[][][]::new);
  }

  /// Number of times of each run, `[item][token][run]`.
  int[][][] counts() {
    return times.stream()
        .map(item -> item.stream().map(TimeRuns::counts).toArray(int[][]::new))
        .toArray(int[][][]::new);
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
