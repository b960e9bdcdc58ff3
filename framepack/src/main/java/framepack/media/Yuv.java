package framepack.media;

/// One picture in luma and chroma planes, samples as they are stored.
///
/// @param shiftX chroma columns are luma columns >> shiftX
/// @param shiftY chroma rows are luma rows >> shiftY
/// @param bits bits a sample, 8 to 16
/// @param fullRange samples span 0 to 2^bits - 1, else 16 to 235 (240) scaled to `bits`
/// @param left chroma sits on the even luma columns (MPEG-2, H.264), else between them (JPEG)
record Yuv(
    int width,
    int height,
    int shiftX,
    int shiftY,
    int bits,
    YuvMatrix matrix,
    boolean fullRange,
    boolean left,
    short[] y,
    short[] u,
    short[] v) {

  int chromaWidth() {
    return (width + (1 << shiftX) - 1) >> shiftX;
  }

  int chromaHeight() {
    return (height + (1 << shiftY) - 1) >> shiftY;
  }

  /// To interleaved RGB `[height, width, 3]`; chroma is interpolated linearly at its true
  /// position.
  byte[] toRgb() {
    double unit = 1 << (bits - 8);
    double lumaScale = fullRange ? 255.0 / ((1 << bits) - 1) : 255.0 / 219 / unit;
    double chromaScale = fullRange ? lumaScale : 255.0 / 224 / unit;
    double black = fullRange ? 0 : 16 * unit;
    float ky = (float) lumaScale;
    float kr = (float) (2 * (1 - matrix.red) * chromaScale);
    float kb = (float) (2 * (1 - matrix.blue) * chromaScale);
    float gr = (float) (kr * matrix.red / matrix.green);
    float gb = (float) (kb * matrix.blue / matrix.green);
    float zero = (float) (128 * unit);
    byte[] rgb = new byte[width * height * 3];
    float[] rowU = new float[width];
    float[] rowV = new float[width];
    Across across = across();
    for (int row = 0, at = 0; row < height; row++) {
      chromaRow(u, row, across, rowU);
      chromaRow(v, row, across, rowV);
      for (int x = 0; x < width; x++, at += 3) {
        float luma = ky * ((y[row * width + x] & 0xffff) - (float) black) + 0.5f;
        float cb = rowU[x] - zero;
        float cr = rowV[x] - zero;
        rgb[at] = clamp(luma + kr * cr);
        rgb[at + 1] = clamp(luma - gr * cr - gb * cb);
        rgb[at + 2] = clamp(luma + kb * cb);
      }
    }
    return rgb;
  }

  private static byte clamp(float value) {
    return (byte)
        Math.max(0, Math.min(255, (int) value)); // below 0 the cast rounds up to at most 0
  }

  /// Chroma of luma row `row` at every luma column.
  private void chromaRow(short[] plane, int row, Across across, float[] out) {
    int cw = chromaWidth();
    double at = shiftY == 0 ? row : (row - 0.5) / 2;
    int above = Math.clamp((long) Math.floor(at), 0, chromaHeight() - 1) * cw;
    int below = Math.min((int) Math.floor(at) + 1, chromaHeight() - 1) * cw;
    float down = (float) (at - Math.floor(at));
    for (int x = 0; x < width; x++) {
      int west = across.west[x];
      int east = across.east[x];
      float right = across.right[x];
      float upper = mix(plane[above + west], plane[above + east], right);
      float lower = mix(plane[below + west], plane[below + east], right);
      out[x] = upper + (lower - upper) * down;
    }
  }

  /// For each luma column the chroma columns on either side and the weight of the eastern one.
  private record Across(int[] west, int[] east, float[] right) {}

  private Across across() {
    var across = new Across(new int[width], new int[width], new float[width]);
    for (int x = 0; x < width; x++) {
      double at = shiftX == 0 ? x : left ? x / 2.0 : (x - 0.5) / 2;
      across.west[x] = Math.clamp((long) Math.floor(at), 0, chromaWidth() - 1);
      across.east[x] = Math.min((int) Math.floor(at) + 1, chromaWidth() - 1);
      across.right[x] = (float) (at - Math.floor(at));
    }
    return across;
  }

  private static float mix(short a, short b, float part) {
    return (a & 0xffff) + ((b & 0xffff) - (a & 0xffff)) * part;
  }

  /// From interleaved RGB. The planes cover `paddedWidth` x `paddedHeight` (even where chroma is
  /// halved); beyond the picture the last column and row repeat. Limited range, BT.601 or BT.709,
  /// chroma at the left position.
  ///
  /// @param halve 4:2:0 when true, else 4:4:4
  static Yuv fromRgb(
      byte[] rgb, int width, int height, int pw, int ph, boolean halve, int bits, YuvMatrix m) {
    double unit = 1 << (bits - 8);
    short[] y = new short[pw * ph];
    float[] cb = new float[pw * ph];
    float[] cr = new float[pw * ph];
    for (int row = 0; row < ph; row++) {
      for (int x = 0; x < pw; x++) {
        int at = (Math.min(row, height - 1) * width + Math.min(x, width - 1)) * 3;
        double r = (rgb[at] & 0xff) / 255.0;
        double g = (rgb[at + 1] & 0xff) / 255.0;
        double b = (rgb[at + 2] & 0xff) / 255.0;
        double luma = m.red * r + m.green * g + m.blue * b;
        int i = row * pw + x;
        y[i] = (short) Math.round((16 + 219 * luma) * unit);
        cb[i] = (float) ((128 + 224 * (b - luma) / (2 * (1 - m.blue))) * unit);
        cr[i] = (float) ((128 + 224 * (r - luma) / (2 * (1 - m.red))) * unit);
      }
    }
    int shift = halve ? 1 : 0;
    short[] u = halve ? halved(cb, pw, ph) : rounded(cb);
    short[] v = halve ? halved(cr, pw, ph) : rounded(cr);
    return new Yuv(pw, ph, shift, shift, bits, m, false, true, y, u, v);
  }

  private static short[] rounded(float[] plane) {
    short[] out = new short[plane.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (short) Math.round(plane[i]);
    }
    return out;
  }

  /// Across 1-2-1 about the even column (the left position), down the mean of two rows.
  private static short[] halved(float[] plane, int width, int height) {
    int cw = width / 2;
    short[] out = new short[cw * (height / 2)];
    for (int row = 0; row < height / 2; row++) {
      for (int x = 0; x < cw; x++) {
        float sum = 0;
        for (int dy = 0; dy < 2; dy++) {
          int line = (2 * row + dy) * width;
          int west = line + Math.max(2 * x - 1, 0);
          sum += plane[west] + 2 * plane[line + 2 * x] + plane[line + 2 * x + 1];
        }
        out[row * cw + x] = (short) Math.round(sum / 8);
      }
    }
    return out;
  }
}
