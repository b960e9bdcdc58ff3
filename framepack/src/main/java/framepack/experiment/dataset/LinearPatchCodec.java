package framepack.experiment.dataset;

import java.util.Arrays;

/// A codec that is one orthonormal map of every 8x8x3 patch of pixels to `channels` numbers:
/// `latent = basis · (patch - mean)`, `patch = mean + basisᵀ · latent`.
///
/// Pixels [3, T, H, W] ↔ latents [channels, T, H/8, W/8]. Because the rows of the basis are
/// orthonormal, a squared error of latents equals the squared error of the decoded pixels.
/// A patch is read as [colour, y, x].
public final class LinearPatchCodec {
  public static final int PATCH = 8;

  /// Numbers in one patch of pixels.
  public static final int PATCH_VALUES = 3 * PATCH * PATCH;

  private final int channels;
  private final float[] mean; // [192]
  private final float[] basis; // [192, channels]: transposed, so that encoding runs along channels

  /// `rows` is [channels, 192] with orthonormal rows, `mean` is [192].
  public LinearPatchCodec(float[] mean, float[][] rows) {
    if (rows.length < 1 || rows.length > PATCH_VALUES || mean.length != PATCH_VALUES) {
      throw new DatasetError(
          "patch codec: expected a mean of %d numbers and 1 to %d channels, got %d and %d"
              .formatted(PATCH_VALUES, PATCH_VALUES, mean.length, rows.length));
    }
    channels = rows.length;
    this.mean = mean.clone();
    basis = new float[PATCH_VALUES * channels];
    for (int k = 0; k < channels; k++) {
      for (int i = 0; i < PATCH_VALUES; i++) basis[i * channels + k] = rows[k][i];
    }
  }

  public int channels() {
    return channels;
  }

  /// The patch that latents of zeros stand for, [192].
  public float[] mean() {
    return mean.clone();
  }

  /// Row `channel` of the basis, [192] as [colour, y, x].
  public float[] direction(int channel) {
    float[] row = new float[PATCH_VALUES];
    for (int i = 0; i < PATCH_VALUES; i++) row[i] = basis[i * channels + channel];
    return row;
  }

  /// Pixels [3, T, H, W] → latents [channels, T, H/8, W/8].
  ///
  /// @throws DatasetError if there are not 3 channels or H or W is not a multiple of 8
  public Frames encode(Frames pixels) {
    if (pixels.channels() != 3 || pixels.rows() % PATCH != 0 || pixels.columns() % PATCH != 0) {
      throw new DatasetError(
          "patch codec: expected 3 channels and rows and columns in multiples of %d, got %s"
              .formatted(PATCH, pixels));
    }
    int rows = pixels.rows() / PATCH;
    int columns = pixels.columns() / PATCH;
    Frames latents = Frames.zeros(channels, pixels.frames(), rows, columns);
    float[] patch = new float[PATCH_VALUES];
    double[] sum = new double[channels];
    for (int t = 0; t < pixels.frames(); t++) {
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          readPatch(pixels, t, y * PATCH, x * PATCH, patch);
          project(patch, sum);
          for (int k = 0; k < channels; k++) {
            latents.values()[latents.index(k, t, y, x)] = (float) sum[k];
          }
        }
      }
    }
    return latents;
  }

  /// Latents [channels, T, h, w] → pixels [3, T, 8h, 8w], not clamped.
  public Frames decode(Frames latents) {
    if (latents.channels() != channels) {
      throw new DatasetError(
          "patch codec: expected %d channels, got %s".formatted(channels, latents));
    }
    Frames pixels =
        Frames.zeros(3, latents.frames(), latents.rows() * PATCH, latents.columns() * PATCH);
    float[] patch = new float[PATCH_VALUES];
    float[] code = new float[channels];
    for (int t = 0; t < latents.frames(); t++) {
      for (int y = 0; y < latents.rows(); y++) {
        for (int x = 0; x < latents.columns(); x++) {
          for (int k = 0; k < channels; k++) code[k] = latents.at(k, t, y, x);
          expand(code, patch);
          writePatch(patch, pixels, t, y * PATCH, x * PATCH);
        }
      }
    }
    return pixels;
  }

  /// Copies the patch whose upper left pixel is (y, x) of frame t into `patch` [192].
  static void readPatch(Frames pixels, int t, int y, int x, float[] patch) {
    for (int c = 0; c < 3; c++) {
      for (int dy = 0; dy < PATCH; dy++) {
        int from = pixels.index(c, t, y + dy, x);
        System.arraycopy(pixels.values(), from, patch, (c * PATCH + dy) * PATCH, PATCH);
      }
    }
  }

  private static void writePatch(float[] patch, Frames pixels, int t, int y, int x) {
    for (int c = 0; c < 3; c++) {
      for (int dy = 0; dy < PATCH; dy++) {
        int to = pixels.index(c, t, y + dy, x);
        System.arraycopy(patch, (c * PATCH + dy) * PATCH, pixels.values(), to, PATCH);
      }
    }
  }

  private void project(float[] patch, double[] sum) {
    Arrays.fill(sum, 0);
    for (int i = 0; i < PATCH_VALUES; i++) {
      double value = (double) patch[i] - mean[i];
      for (int k = 0; k < channels; k++) sum[k] += value * basis[i * channels + k];
    }
  }

  private void expand(float[] code, float[] patch) {
    for (int i = 0; i < PATCH_VALUES; i++) {
      double value = mean[i];
      for (int k = 0; k < channels; k++) value += (double) code[k] * basis[i * channels + k];
      patch[i] = (float) value;
    }
  }
}
