package framepack.tensor.cpu;

/// The microkernel of this machine: which one, and its tile.
final class Micro {
  private static final boolean WIDE = Lanes.WIDTH == 16;

  /// Rows of a tile: values of the left operand that are broadcast.
  static final int ROWS = WIDE ? MicroWide.ROWS : MicroNarrow.ROWS;

  /// Columns of a tile: two vectors of the right operand.
  static final int COLUMNS = 2 * Lanes.WIDTH;

  /// Floats of a tile.
  static final int TILE = ROWS * COLUMNS;

  /// What a sum of nothing starts from, with the stride 0.
  static final float[] ZEROS = new float[COLUMNS];

  private Micro() {}

  /// The product of two packed panels on top of a start: rows `ss` floats apart, or one row for all of them if 0.
  ///
  /// `t[to + r * COLUMNS + c] = s[so + r * ss + c] + sum_p a[ao + p * ROWS + r] * b[bo + p * COLUMNS + c]`, p < depth.
  static void multiply(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] s,
      int so,
      int ss,
      float[] t,
      int to) {
    if (WIDE) {
      MicroWide.multiply(depth, a, ao, b, bo, s, so, ss, t, to);
    } else {
      MicroNarrow.multiply(depth, a, ao, b, bo, s, so, ss, t, to);
    }
  }

  /// The same with rows of the left operand as they are, `stride` floats apart: nothing has to be turned.
  ///
  /// `t[to + r * COLUMNS + c] = s[so + r * ss + c] + sum_p a[ao + r * stride + p] * b[bo + p * COLUMNS + c]`.
  static void multiplyRows(
      int depth,
      float[] a,
      int ao,
      int stride,
      float[] b,
      int bo,
      float[] s,
      int so,
      int ss,
      float[] t,
      int to) {
    if (WIDE) {
      MicroWide.multiplyRows(depth, a, ao, stride, b, bo, s, so, ss, t, to);
    } else {
      MicroNarrow.multiplyRows(depth, a, ao, stride, b, bo, s, so, ss, t, to);
    }
  }
}
