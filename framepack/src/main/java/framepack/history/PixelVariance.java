package framepack.history;

/// The mean squared distance of latent pixels to their mean, summed over channels, in double; relative to the first pixel,
/// so that an offset costs no digits.
final class PixelVariance {
  private static final int PIECE = 1 << 14;

  private PixelVariance() {}

  /// @throws CodebookException naming the first pixel that is not finite
  static double of(LatentPixels pixels) {
    int channels = pixels.channels();
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    float[] origin = new float[channels];
    pixels.read(0, 1, origin, 0);
    float[] rows = new float[PIECE * channels];
    for (long from = 0; from < pixels.count(); from += PIECE) {
      int count = (int) Math.min(PIECE, pixels.count() - from);
      pixels.read(from, count, rows, 0);
      for (int i = 0; i < count * channels; i++) {
        int c = i % channels;
        if (!Float.isFinite(rows[i])) {
          throw new CodebookException(
              "latent pixels: channel %d of pixel %d is %s; a codebook needs finite latents"
                  .formatted(c, from + i / channels, rows[i]));
        }
        double d = (double) rows[i] - origin[c];
        sum[c] += d;
        squares[c] += d * d;
      }
    }
    double variance = 0;
    for (int c = 0; c < channels; c++) {
      double mean = sum[c] / pixels.count();
      variance += Math.max(0, squares[c] / pixels.count() - mean * mean);
    }
    return variance;
  }
}
