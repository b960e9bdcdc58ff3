package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;

/// Structural similarity at several scales (Wang, Simoncelli, Bovik 2003): contrast and structure at every scale, light at
/// the coarsest one, each to the power of its weight. Frames too small for all five scales get those that fit, with their
/// weights scaled to the same sum.
public final class MsSsim {
  private static final double[] WEIGHTS = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

  private MsSsim() {}

  /// Pixels [C, T, H, W] in [-1, 1] with H and W from 11; 1 for equal frames.
  public static double of(Frames truth, Frames made) {
    truth.checkSameShape(made, "MS-SSIM");
    int scales = scales(Math.min(truth.rows(), truth.columns()));
    if (scales == 0 || truth.values().length == 0) {
      throw new DatasetError(
          "MS-SSIM: expected frames of at least %dx%d pixels, got %s"
              .formatted(Ssim.WINDOW, Ssim.WINDOW, truth));
    }
    double total = 0;
    for (int s = 0; s < scales; s++) total += WEIGHTS[s];
    double product = 1;
    Frames a = truth;
    Frames b = made;
    for (int s = 0; s < scales; s++) {
      Ssim.Parts parts = Ssim.parts(a, b);
      boolean coarsest = s == scales - 1;
      double value = coarsest ? parts.similarity() : parts.structure();
      product *= Math.pow(Math.max(0, value), WEIGHTS[s] / total);
      if (!coarsest) {
        a = halved(a);
        b = halved(b);
      }
    }
    return product;
  }

  /// How many scales frames of a side have room for.
  public static int scales(int side) {
    int scales = 0;
    for (int s = side; s >= Ssim.WINDOW && scales < WEIGHTS.length; s /= 2) scales++;
    return scales;
  }

  /// Means of 2x2 pixels; an odd row or column at the end goes.
  private static Frames halved(Frames pixels) {
    Frames half =
        Frames.zeros(pixels.channels(), pixels.frames(), pixels.rows() / 2, pixels.columns() / 2);
    for (int c = 0; c < half.channels(); c++) {
      for (int t = 0; t < half.frames(); t++) {
        for (int y = 0; y < half.rows(); y++) {
          for (int x = 0; x < half.columns(); x++) {
            float sum =
                pixels.at(c, t, 2 * y, 2 * x)
                    + pixels.at(c, t, 2 * y, 2 * x + 1)
                    + pixels.at(c, t, 2 * y + 1, 2 * x)
                    + pixels.at(c, t, 2 * y + 1, 2 * x + 1);
            half.values()[half.index(c, t, y, x)] = sum / 4;
          }
        }
      }
    }
    return half;
  }
}
