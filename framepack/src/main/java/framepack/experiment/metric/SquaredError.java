package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.LinearPatchCodec;

/// A sum of squared errors and the number of pixel values (3 a pixel) that it is spread over.
///
/// Errors of latents are counted as errors of the decoded pixels, which they equal because the
/// patch codecs are orthonormal: one latent cell stands for 192 pixel values. Latents must be the
/// codec's, not normalised z.
public record SquaredError(double sum, double values) {
  public static final SquaredError NONE = new SquaredError(0, 0);

  /// Between pixels [3, T, H, W].
  public static SquaredError ofPixels(Frames truth, Frames made) {
    truth.checkSameShape(made, "squared error");
    double sum = 0;
    for (int i = 0; i < truth.values().length; i++) {
      double d = (double) made.values()[i] - truth.values()[i];
      sum += d * d;
    }
    return new SquaredError(sum, truth.values().length);
  }

  /// Between latents [C, T, h, w], all cells.
  public static SquaredError ofLatents(Frames truth, Frames made) {
    SquaredError all = ofPixels(truth, made);
    double cells = (double) truth.frames() * truth.rows() * truth.columns();
    return new SquaredError(all.sum, cells * LinearPatchCodec.PATCH_VALUES);
  }

  /// Between latents [C, T, h, w], only the columns that `cells` [T][w] names.
  public static SquaredError ofLatents(Frames truth, Frames made, boolean[][] cells) {
    truth.checkSameShape(made, "squared error");
    checkMask(truth, cells);
    double sum = 0;
    double count = 0;
    for (int t = 0; t < truth.frames(); t++) {
      for (int x = 0; x < truth.columns(); x++) {
        if (!cells[t][x]) continue;
        sum += column(truth, made, t, x);
        count += truth.rows();
      }
    }
    return new SquaredError(sum, count * LinearPatchCodec.PATCH_VALUES);
  }

  /// Between pixels [3, T, H, W], only those that `pixels` `[frame][pixel]` names.
  public static SquaredError ofPixels(Frames truth, Frames made, boolean[][] pixels) {
    truth.checkSameShape(made, "squared error");
    double sum = 0;
    double count = 0;
    for (int t = 0; t < truth.frames(); t++) {
      for (int i = 0; i < pixels[t].length; i++) {
        if (!pixels[t][i]) continue;
        for (int c = 0; c < truth.channels(); c++) {
          int at = truth.index(c, t, 0, 0) + i;
          double d = (double) made.values()[at] - truth.values()[at];
          sum += d * d;
          count++;
        }
      }
    }
    return new SquaredError(sum, count);
  }

  public SquaredError plus(SquaredError other) {
    return new SquaredError(sum + other.sum, values + other.values);
  }

  /// NaN where there was nothing to compare.
  public double mean() {
    return sum / values;
  }

  public double psnr() {
    return Psnr.of(mean());
  }

  private static void checkMask(Frames frames, boolean[][] cells) {
    boolean fits = cells.length == frames.frames();
    for (boolean[] row : cells) fits &= row.length == frames.columns();
    if (!fits) {
      throw new DatasetError(
          "squared error: the mask needs %d frames of %d columns to fit %s"
              .formatted(frames.frames(), frames.columns(), frames));
    }
  }

  private static double column(Frames truth, Frames made, int t, int x) {
    double sum = 0;
    for (int c = 0; c < truth.channels(); c++) {
      for (int y = 0; y < truth.rows(); y++) {
        int i = truth.index(c, t, y, x);
        double d = (double) made.values()[i] - truth.values()[i];
        sum += d * d;
      }
    }
    return sum;
  }
}
