package framepack.experiment.dataset;

/// The fixed codec of the worlds: 16 low frequencies of an 8x8 cosine transform in rotated colour.
///
/// Colour rotation (orthonormal): c0 = (R+G+B)/√3, c1 = (R-B)/√2, c2 = (R-2G+B)/√6. Orthonormal
/// DCT-II of each plane; the 16 kept coefficients (v down, u across) are the channels: c0 with ten
/// of them, c1 and c2 with three each. 64x64 pixels become 8x8x16 latents.
public final class DctCodec {
  public static final int CHANNELS = 16;

  /// Colour plane (0, 1, 2 = c0, c1, c2) of each channel.
  private static final int[] PLANE = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2};

  private static final int[] V = {0, 0, 1, 2, 1, 0, 0, 1, 2, 3, 0, 0, 1, 0, 0, 1};
  private static final int[] U = {0, 1, 0, 0, 1, 2, 3, 2, 1, 0, 0, 1, 0, 0, 1, 0};

  private static final double[][] COLOUR = {
    {1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)},
    {1 / Math.sqrt(2), 0, -1 / Math.sqrt(2)},
    {1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)},
  };

  private static final LinearPatchCodec CODEC = build();

  private DctCodec() {}

  public static LinearPatchCodec codec() {
    return CODEC;
  }

  /// The colour plane of a channel: 0 light, 1 red against blue, 2 green against the rest.
  public static int plane(int channel) {
    return PLANE[channel];
  }

  /// Cycles down the patch, in half periods: turning a frame upside down negates the odd ones.
  public static int verticalFrequency(int channel) {
    return V[channel];
  }

  /// Cycles across the patch, in half periods.
  public static int horizontalFrequency(int channel) {
    return U[channel];
  }

  private static LinearPatchCodec build() {
    int n = LinearPatchCodec.PATCH;
    float[][] rows = new float[CHANNELS][LinearPatchCodec.PATCH_VALUES];
    for (int k = 0; k < CHANNELS; k++) {
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < n; y++) {
          for (int x = 0; x < n; x++) {
            double value = COLOUR[PLANE[k]][c] * cosine(V[k], y) * cosine(U[k], x);
            rows[k][(c * n + y) * n + x] = (float) value;
          }
        }
      }
    }
    return new LinearPatchCodec(new float[LinearPatchCodec.PATCH_VALUES], rows);
  }

  private static double cosine(int frequency, int position) {
    int n = LinearPatchCodec.PATCH;
    double scale = StrictMath.sqrt((frequency == 0 ? 1.0 : 2.0) / n);
    return scale * StrictMath.cos(Math.PI * (2 * position + 1) * frequency / (2.0 * n));
  }
}
