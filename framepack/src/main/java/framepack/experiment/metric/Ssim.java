package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import java.util.Arrays;

/// Structural similarity of frames of pixels in [-1, 1] (Wang et al. 2004): Gaussian window 11x11
/// of sigma 1.5 at the places where it fits, K1 = 0.01, K2 = 0.03, range 2, mean over places,
/// channels and frames. 1 for equal frames.
public final class Ssim {
  static final int WINDOW = 11;
  private static final double SIGMA = 1.5;
  private static final double C1 = square(0.01 * Psnr.PEAK);
  private static final double C2 = square(0.03 * Psnr.PEAK);
  private static final double[] WEIGHTS = weights();

  private Ssim() {}

  /// Means over places, channels and frames.
  ///
  /// @param similarity of light, contrast and structure
  /// @param structure of contrast and structure alone
  record Parts(double similarity, double structure) {}

  /// Pixels [C, T, H, W] with H and W from 11.
  public static double of(Frames truth, Frames made) {
    return parts(truth, made).similarity();
  }

  /// The same where the window's centre lies in the columns that are named, `[T][W]`; not a number if there is no such place.
  public static double of(Frames truth, Frames made, boolean[][] columns) {
    return parts(truth, made, columns).similarity();
  }

  static Parts parts(Frames truth, Frames made) {
    boolean[][] all = new boolean[truth.frames()][truth.columns()];
    for (boolean[] frame : all) Arrays.fill(frame, true);
    return parts(truth, made, all);
  }

  private static Parts parts(Frames truth, Frames made, boolean[][] columns) {
    truth.checkSameShape(made, "SSIM");
    if (truth.rows() < WINDOW || truth.columns() < WINDOW || truth.values().length == 0) {
      throw new DatasetError(
          "SSIM: expected frames of at least %dx%d pixels, got %s"
              .formatted(WINDOW, WINDOW, truth));
    }
    double[] sums = new double[3];
    for (int c = 0; c < truth.channels(); c++) {
      for (int t = 0; t < truth.frames(); t++) {
        addPlane(truth, made, truth.index(c, t, 0, 0), columns[t], sums);
      }
    }
    return new Parts(sums[0] / sums[2], sums[1] / sums[2]);
  }

  /// Adds similarity, structure and number of the places that count.
  private static void addPlane(
      Frames truth, Frames made, int offset, boolean[] counts, double[] sums) {
    int rows = truth.rows();
    int columns = truth.columns();
    double[] a = new double[rows * columns];
    double[] b = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = truth.values()[offset + i];
      b[i] = made.values()[offset + i];
    }
    double[] meanA = blur(a, rows, columns);
    double[] meanB = blur(b, rows, columns);
    double[] aa = blur(product(a, a), rows, columns);
    double[] bb = blur(product(b, b), rows, columns);
    double[] ab = blur(product(a, b), rows, columns);
    int width = columns - WINDOW + 1;
    for (int i = 0; i < meanA.length; i++) {
      if (!counts[i % width + WINDOW / 2]) continue;
      double mm = meanA[i] * meanB[i];
      double squares = square(meanA[i]) + square(meanB[i]);
      double light = (2 * mm + C1) / (squares + C1);
      double structure = (2 * (ab[i] - mm) + C2) / (aa[i] + bb[i] - squares + C2);
      sums[0] += light * structure;
      sums[1] += structure;
      sums[2]++;
    }
  }

  /// [rows, columns] → [rows - 10, columns - 10].
  private static double[] blur(double[] from, int rows, int columns) {
    int width = columns - WINDOW + 1;
    int height = rows - WINDOW + 1;
    double[] across = new double[rows * width];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int k = 0; k < WINDOW; k++) sum += WEIGHTS[k] * from[y * columns + x + k];
        across[y * width + x] = sum;
      }
    }
    double[] to = new double[height * width];
    for (int y = 0; y < height; y++) {
      for (int k = 0; k < WINDOW; k++) {
        for (int x = 0; x < width; x++) {
          to[y * width + x] += WEIGHTS[k] * across[(y + k) * width + x];
        }
      }
    }
    return to;
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = new double[a.length];
    for (int i = 0; i < a.length; i++) product[i] = a[i] * b[i];
    return product;
  }

  private static double[] weights() {
    double[] weights = new double[WINDOW];
    double total = 0;
    for (int k = 0; k < WINDOW; k++) {
      weights[k] = StrictMath.exp(-square(k - WINDOW / 2) / (2 * SIGMA * SIGMA));
      total += weights[k];
    }
    for (int k = 0; k < WINDOW; k++) weights[k] /= total;
    return weights;
  }

  private static double square(double x) {
    return x * x;
  }
}
