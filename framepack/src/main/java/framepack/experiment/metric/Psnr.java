package framepack.experiment.metric;

import java.util.Collection;

/// Peak signal-to-noise ratio in dB for pixels in [-1, 1]: `10 log10(peak² / MSE)`, peak = 2.
public final class Psnr {
  public static final double PEAK = 2;

  private Psnr() {}

  /// Infinite for a mean squared error of 0.
  public static double of(double meanSquaredError) {
    return 10 * Math.log10(PEAK * PEAK / meanSquaredError);
  }

  /// The PSNR of the pooled error: one large error counts as much as many small ones.
  public static double pooled(Collection<SquaredError> videos) {
    return videos.stream().reduce(SquaredError.NONE, SquaredError::plus).psnr();
  }

  /// The mean of each video's dB: every video counts the same. Infinite if one is exact.
  public static double meanOfVideos(Collection<SquaredError> videos) {
    return videos.stream().mapToDouble(SquaredError::psnr).average().orElse(Double.NaN);
  }
}
