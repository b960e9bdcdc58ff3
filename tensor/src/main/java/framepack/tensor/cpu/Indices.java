package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import java.lang.foreign.ValueLayout;

/// Row numbers of a table, read and checked before a kernel writes anything.
final class Indices {
  private Indices() {}

  /// The indices in row-major order, each within `[0, rows)`.
  static long[] of(String op, View view, long rows) {
    Walk walk = Walk.over(view.layout());
    long[] indices = new long[Math.toIntExact(view.shape().elements())];
    int next = 0;
    for (long row = 0; row < (indices.length == 0 ? 0 : walk.rows()); row++) {
      for (long i = 0; i < walk.width(); i++) {
        long index = read(view, walk.at(0, row) + i * walk.step(0));
        if (index < 0 || index >= rows) {
          throw new IllegalArgumentException(
              "%s: index %d is %d, expected 0 <= index < %d rows".formatted(op, next, index, rows));
        }
        indices[next++] = index;
      }
    }
    return indices;
  }

  private static long read(View view, long element) {
    return view.dtype() == DType.I32
        ? view.segment().get(ValueLayout.JAVA_INT_UNALIGNED, 4 * element)
        : view.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 8 * element);
  }
}
