package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.tensor.random.Philox;

/// Fréchet distance of frames to another video in 16 features of a fixed random layer: rectified answers of 7x7x3 filters
/// with normal weights, every 3 pixels. Random filters see texture and edges without any training (Saxe et al., ICML 2011),
/// and every laboratory has the same ones.
public final class RandomFeatures {
  private static final int FEATURES = 16;
  private static final int SIDE = 7;
  private static final int STRIDE = 3;
  private static final int TAPS = 3 * SIDE * SIDE;
  private static final long SEED = 20250414;

  private static final float[][] FILTERS = filters();

  private final Gaussian reference;

  /// @param reference pixels [3, T, H, W]
  public RandomFeatures(Frames reference) {
    this.reference = Gaussian.of(points(reference, 0, reference.frames()));
  }

  /// Distance of one frame of pixels [3, T, H, W].
  public double distance(Frames pixels, int frame) {
    return Gaussian.of(points(pixels, frame, 1)).frechet(reference);
  }

  /// Filters without a mean, so that brightness alone moves nothing, and of norm 1.
  private static float[][] filters() {
    float[][] filters = new float[FEATURES][];
    for (int f = 0; f < FEATURES; f++) {
      float[] taps = new Philox(SEED, 0, f).normal(TAPS);
      double mean = 0;
      for (float tap : taps) mean += (double) tap / TAPS;
      double square = 0;
      for (int i = 0; i < TAPS; i++) {
        taps[i] -= (float) mean;
        square += (double) taps[i] * taps[i];
      }
      for (int i = 0; i < TAPS; i++) taps[i] /= (float) Math.sqrt(square);
      filters[f] = taps;
    }
    return filters;
  }

  private static double[][] points(Frames pixels, int first, int count) {
    int rows = (pixels.rows() - SIDE) / STRIDE + 1;
    int columns = (pixels.columns() - SIDE) / STRIDE + 1;
    if (pixels.channels() != 3 || pixels.rows() < SIDE || pixels.columns() < SIDE) {
      throw new DatasetError(
          "random features: expected 3 channels of at least %dx%d pixels, got %s"
              .formatted(SIDE, SIDE, pixels));
    }
    double[][] points = new double[count * rows * columns][FEATURES];
    float[] patch = new float[TAPS];
    int at = 0;
    for (int t = first; t < first + count; t++) {
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          read(pixels, t, y * STRIDE, x * STRIDE, patch);
          answer(patch, points[at++]);
        }
      }
    }
    return points;
  }

  private static void read(Frames pixels, int t, int y, int x, float[] patch) {
    for (int c = 0; c < 3; c++) {
      for (int dy = 0; dy < SIDE; dy++) {
        int from = pixels.index(c, t, y + dy, x);
        System.arraycopy(pixels.values(), from, patch, (c * SIDE + dy) * SIDE, SIDE);
      }
    }
  }

  private static void answer(float[] patch, double[] answers) {
    for (int f = 0; f < FEATURES; f++) {
      double sum = 0;
      for (int i = 0; i < TAPS; i++) sum += (double) FILTERS[f][i] * patch[i];
      answers[f] = Math.max(0, sum);
    }
  }
}
