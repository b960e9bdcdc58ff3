package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;

/// The microkernel of this machine: which one, and its tile.
final class Micro {
  private static final boolean WIDE = Lanes.WIDTH == 16;

  /// Rows of a tile: values of the left operand that are broadcast.
  static final int ROWS = WIDE ? MicroWide.ROWS : MicroNarrow.ROWS;

  /// Columns of a tile: two vectors of the right operand.
  static final int COLUMNS = 2 * Lanes.WIDTH;

  /// Floats of a tile.
  static final int TILE = ROWS * COLUMNS;

  /// Deepest product of one call: a right panel of it fits L1, and a few dozen rows the translations of its addresses.
  static final int DEPTH = 288;

  /// Floats from one row of a left operand to the next: an odd number of cache lines, so that rows do not share sets.
  static final int ROW_STRIDE = DEPTH + 16;

  /// What nothing is added to, with the stride 0.
  static final float[] ZEROS = new float[COLUMNS];

  private Micro() {}

  /// The product of two packed panels, the right one outside the heap (`bo` and the step of its rows `bs` in floats), added to a start at the end: rows `ss` floats apart, or one row for all of them if 0.
  ///
  /// `t[to + r * COLUMNS + c] = s[so + r * ss + c] + sum_p a[ao + p * ROWS + r] * b[bo + p * bs + c]`, p < depth.
  static void multiply(
      int depth,
      float[] a,
      int ao,
      MemorySegment b,
      long bo,
      long bs,
      float[] s,
      int so,
      int ss,
      float[] t,
      int to) {
    if (WIDE) {
      MicroWide.multiply(depth, a, ao, b, bo, bs, s, so, ss, t, to);
    } else {
      MicroNarrow.multiply(depth, a, ao, b, bo, bs, s, so, ss, t, to);
    }
  }

  /// The same with rows of the left operand as they are, [#ROW_STRIDE] floats apart: nothing has to be turned. Where
  /// the depth is odd, both operands have a zero behind it.
  ///
  /// `t[to + r * COLUMNS + c] = s[so + r * ss + c] + sum_p a[ao + r * ROW_STRIDE + p] * b[bo + p * bs + c]`.
  static void multiplyRows(
      int depth,
      float[] a,
      int ao,
      MemorySegment b,
      long bo,
      long bs,
      float[] s,
      int so,
      int ss,
      float[] t,
      int to) {
    if (WIDE) {
      MicroWide.multiplyRows(depth, a, ao, b, bo, bs, s, so, ss, t, to);
    } else {
      MicroNarrow.multiplyRows(depth, a, ao, b, bo, bs, s, so, ss, t, to);
    }
  }

  /// The same with rows of the right operand anywhere: row p begins at byte `from + 4 * runs[run + p]` of b, so that neighbours
  /// in memory, which many rows share, need not be copied.
  ///
  /// `t[to + r * COLUMNS + c] = s[so + r * ss + c] + sum_p a[ao + p * ROWS + r] * b[from / 4 + runs[run + p] + c]`.
  static void multiplyRuns(
      int depth,
      float[] a,
      int ao,
      MemorySegment b,
      long from,
      long[] runs,
      int run,
      float[] s,
      int so,
      int ss,
      float[] t,
      int to) {
    if (WIDE) {
      MicroWide.multiplyRuns(depth, a, ao, b, from, runs, run, s, so, ss, t, to);
    } else {
      MicroNarrow.multiplyRuns(depth, a, ao, b, from, runs, run, s, so, ss, t, to);
    }
  }
}
