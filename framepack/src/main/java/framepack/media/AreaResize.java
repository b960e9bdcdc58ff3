package framepack.media;

/// Scales to cover the wanted size and crops at the centre, in one pass.
///
/// Shrinking averages the exact area a target pixel covers; growing interpolates linearly. Both
/// are separable, sum in a fixed order and never overshoot, so a constant image stays constant.
/// Chosen over Lanczos because training clips must not gain ringing.
final class AreaResize {
  private final int width;
  private final int height;
  private final Taps columns;
  private final Taps rows;

  AreaResize(int width, int height, int toWidth, int toHeight) {
    this.width = width;
    this.height = height;
    // Source pixels a target pixel; the smaller of the two ratios covers the target.
    double step = Math.min((double) width / toWidth, (double) height / toHeight);
    this.columns = Taps.of(width, toWidth, step);
    this.rows = Taps.of(height, toHeight, step);
  }

  /// Interleaved RGB `[height, width, 3]` to `[toHeight, toWidth, 3]`.
  byte[] apply(byte[] rgb) {
    int toWidth = columns.first.length;
    int toHeight = rows.first.length;
    float[] narrow = new float[height * toWidth * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < toWidth; x++) {
        sumColumn(rgb, y, x, narrow, (y * toWidth + x) * 3);
      }
    }
    byte[] out = new byte[toHeight * toWidth * 3];
    for (int y = 0; y < toHeight; y++) {
      for (int i = 0; i < toWidth * 3; i++) {
        float sum = 0;
        for (int k = 0; k < rows.weights[y].length; k++) {
          sum += rows.weights[y][k] * narrow[(rows.first[y] + k) * toWidth * 3 + i];
        }
        out[y * toWidth * 3 + i] = (byte) Math.max(0, Math.min(255, (int) (sum + 0.5f)));
      }
    }
    return out;
  }

  private void sumColumn(byte[] rgb, int y, int x, float[] out, int at) {
    float r = 0;
    float g = 0;
    float b = 0;
    int from = (y * width + columns.first[x]) * 3;
    for (float weight : columns.weights[x]) {
      r += weight * (rgb[from] & 0xff);
      g += weight * (rgb[from + 1] & 0xff);
      b += weight * (rgb[from + 2] & 0xff);
      from += 3;
    }
    out[at] = r;
    out[at + 1] = g;
    out[at + 2] = b;
  }

  /// For each target position the first source position and the weights from there on.
  private record Taps(int[] first, float[][] weights) {
    static Taps of(int from, int to, double step) {
      double margin = (from - to * step) / 2;
      var taps = new Taps(new int[to], new float[to][]);
      for (int i = 0; i < to; i++) {
        taps.set(i, margin + i * step, step, from);
      }
      return taps;
    }

    /// Target position `i` covers source coordinates `low` to `low + step`; pixel k is k to k + 1.
    private void set(int i, double low, double step, int from) {
      boolean shrink = step >= 1;
      double centre = low + step / 2;
      int begin = Math.clamp((long) Math.floor(shrink ? low : centre - 0.5), 0, from - 1);
      int end = Math.clamp((long) Math.ceil(shrink ? low + step : centre + 0.5), begin + 1, from);
      double[] raw = new double[end - begin];
      double total = 0;
      for (int k = 0; k < raw.length; k++) {
        double at = begin + k;
        raw[k] =
            shrink
                ? Math.max(0, Math.min(low + step, at + 1) - Math.max(low, at))
                : Math.max(0, 1 - Math.abs(at + 0.5 - centre));
        total += raw[k];
      }
      first[i] = begin;
      weights[i] = new float[raw.length];
      for (int k = 0; k < raw.length; k++) {
        weights[i][k] = (float) (raw[k] / total);
      }
    }
  }
}
