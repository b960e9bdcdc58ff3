package framepack.tensor.cpu;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Moves elements of one type between two layouts of one shape without looking at them: what is behind Copy, Concat, Pad
/// and every dense copy of a strided operand.
final class Strided {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  /// Below this many bytes a loop is quicker than the copy routine.
  private static final int SHORT_ROW = 64;

  private Strided() {}

  static void copy(Call call, View from, View to) {
    Walk walk = Walk.over(from.layout(), to.layout());
    MemorySegment x = from.segment();
    MemorySegment y = to.segment();
    int bytes = from.dtype().bytes();
    long xStep = walk.step(0);
    long yStep = walk.step(1);
    boolean contiguous = walk.isContiguous();
    walk.forEach(
        call,
        (row, start, count) -> {
          long source = walk.at(0, row) + start * xStep;
          long target = walk.at(1, row) + start * yStep;
          if (contiguous && (long) count * bytes >= SHORT_ROW) {
            MemorySegment.copy(x, source * bytes, y, target * bytes, (long) count * bytes);
          } else {
            move(bytes, x, source, xStep, y, target, yStep, count);
          }
        });
  }

  private static void move(
      int bytes, MemorySegment x, long i, long iStep, MemorySegment y, long o, long oStep, int n) {
    switch (bytes) {
      case 1 -> bytes(x, i, iStep, y, o, oStep, n);
      case 2 -> shorts(x, i, iStep, y, o, oStep, n);
      case 4 -> ints(x, i, iStep, y, o, oStep, n);
      default -> longs(x, i, iStep, y, o, oStep, n);
    }
  }

  private static void bytes(
      MemorySegment x, long i, long iStep, MemorySegment y, long o, long oStep, int n) {
    for (int k = 0; k < n; k++) {
      y.set(ValueLayout.JAVA_BYTE, o + k * oStep, x.get(ValueLayout.JAVA_BYTE, i + k * iStep));
    }
  }

  private static void shorts(
      MemorySegment x, long i, long iStep, MemorySegment y, long o, long oStep, int n) {
    for (int k = 0; k < n; k++) {
      y.set(SHORT, 2 * (o + k * oStep), x.get(SHORT, 2 * (i + k * iStep)));
    }
  }

  private static void ints(
      MemorySegment x, long i, long iStep, MemorySegment y, long o, long oStep, int n) {
    for (int k = 0; k < n; k++) {
      y.set(INT, 4 * (o + k * oStep), x.get(INT, 4 * (i + k * iStep)));
    }
  }

  private static void longs(
      MemorySegment x, long i, long iStep, MemorySegment y, long o, long oStep, int n) {
    for (int k = 0; k < n; k++) {
      y.set(LONG, 8 * (o + k * oStep), x.get(LONG, 8 * (i + k * iStep)));
    }
  }
}
