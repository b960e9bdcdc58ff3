package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// One operand of a product and how it is packed into panels.
///
/// An element is (i, p): i along the panel (a row of A, a column of B), p along the depth that is
/// summed. A panel holds `width` neighbours of i as `[depth][width]`; missing ones are zero, so that
/// the microkernel needs no edges.
interface PanelSource {
  /// Packs elements i0 .. i0 + count - 1, depth p0 .. p0 + depth - 1, into `to` from `at` on; up to
  /// one vector behind the panel is overwritten.
  void pack(int i0, int count, int p0, int depth, float[] to, int at, int width, Scratch own);

  /// Where the depth may be cut: at multiples of this.
  default int grain() {
    return 16;
  }

  /// Whether the depth lies side by side in memory, so that [#copyRows] and [#readRows] are no more than copies.
  default boolean inRows() {
    return false;
  }

  /// Copies the same elements as rows `[width][depth]`, [Micro#ROW_STRIDE] floats apart, for
  /// [Micro#multiplyRows]; missing rows are zero, and so is what lies behind an odd depth.
  default void copyRows(int i0, int count, int p0, int depth, float[] to, int at, int width) {
    int stride = Micro.ROW_STRIDE;
    readRows(i0, count, p0, depth, to, at, stride);
    for (int r = count; r < width; r++) {
      Arrays.fill(to, at + r * stride, at + r * stride + depth, 0);
    }
    if (depth % 2 != 0) {
      for (int r = 0; r < width; r++) {
        to[at + r * stride + depth] = 0;
      }
    }
  }

  /// Copies the same elements as rows, `stride` floats apart; up to one vector behind each may be overwritten.
  default void readRows(int i0, int count, int p0, int depth, float[] to, int at, int stride) {
    throw new UnsupportedOperationException("this operand has no rows");
  }

  /// Packs the same elements as a right panel `[depth][COLUMNS]` of [Micro], from float `at` on, a row of zeros behind
  /// an odd depth.
  default void packRight(
      int i0, int count, int p0, int depth, MemorySegment to, long at, Scratch own) {
    float[] run = own.floats(Scratch.PANEL, Panels.stride(Micro.COLUMNS, Panels.RUN));
    for (int p = 0; p < depth; p += Panels.RUN) {
      int rows = Math.min(Panels.RUN, depth - p);
      pack(i0, count, p0 + p, rows, run, 0, Micro.COLUMNS, own);
      Cells.copy(run, to, at + (long) p * Micro.COLUMNS, rows * Micro.COLUMNS);
    }
    if (depth % 2 != 0) {
      Cells.copy(Micro.ZEROS, to, at + (long) depth * Micro.COLUMNS, Micro.COLUMNS);
    }
  }
}
