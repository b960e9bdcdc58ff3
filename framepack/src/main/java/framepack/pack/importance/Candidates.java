package framepack.pack.importance;

import framepack.tensor.Tensor;
import java.util.Arrays;

/// Frames of several videos with the times at which they begin: the history to rank, or the estimate of what comes next.
///
/// @param latents [batch, channels, frames, height, width], f32
/// @param seconds start of each frame in seconds, the same in every video
public record Candidates(Tensor latents, double[] seconds) {
  public Candidates {
    boolean fits = latents.shape().rank() == 5 && latents.extent(2) == seconds.length;
    if (!fits || !Arrays.stream(seconds).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "importance: expected latents [batch, channels, frames, height, width] and a finite time for each frame, got %s and %d times"
              .formatted(latents.shape(), seconds.length));
    }
  }

  /// Start in seconds of latent frame `frame` of a video: a causal VAE makes one pixel frame of the first latent and four
  /// of every other.
  public static double start(int frame, double framesPerSecond) {
    return Math.max(0, 4.0 * frame - 3) / framesPerSecond;
  }
}
