package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import java.util.Arrays;
import java.util.List;

/// Layouts of one shape with their axes merged wherever all of them allow it: what `place` in `common.cl` walks.
///
/// `extents` and each of `strides` have 8 entries, innermost last, absent axes of extent 1 in front.
record Walk(long[] extents, long[][] strides) {
  /// Merges the axes of layouts that all have `shape`.
  static Walk of(Shape shape, List<Layout> layouts) {
    int operands = layouts.size();
    long[] extents = new long[Launch.AXES];
    long[][] strides = new long[operands][Launch.AXES];
    Arrays.fill(extents, 1);
    int at = Launch.AXES;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      long extent = shape.extent(axis);
      if (extent == 1) {
        continue;
      }
      if (at < Launch.AXES && merges(layouts, axis, extents[at], strides, at)) {
        extents[at] *= extent;
        continue;
      }
      at--;
      if (at < 0) {
        throw new IllegalArgumentException(
            "opencl: an operand of " + shape + " has more than 8 axes that do not merge");
      }
      extents[at] = extent;
      for (int i = 0; i < operands; i++) {
        strides[i][at] = layouts.get(i).stride(axis);
      }
    }
    return new Walk(extents, strides);
  }

  private static boolean merges(
      List<Layout> layouts, int axis, long extent, long[][] strides, int at) {
    for (int i = 0; i < layouts.size(); i++) {
      if (layouts.get(i).stride(axis) != extent * strides[i][at]) {
        return false;
      }
    }
    return true;
  }

  /// Extent of the innermost axis.
  long inner() {
    return extents[Launch.AXES - 1];
  }

  /// Stride of operand `i` along the innermost axis; 1 where there is nothing to step over.
  long step(int i) {
    return inner() == 1 ? 1 : strides[i][Launch.AXES - 1];
  }

  /// Product of all extents but the innermost.
  long rows() {
    long rows = 1;
    for (int axis = 0; axis < Launch.AXES - 1; axis++) {
      rows *= extents[axis];
    }
    return rows;
  }

  /// The extents without the innermost, moved one place inwards.
  long[] outerExtents() {
    return outer(extents, 1);
  }

  /// The strides of operand `i` without the innermost, moved one place inwards.
  long[] outerStrides(int i) {
    return outer(strides[i], 0);
  }

  private static long[] outer(long[] all, long first) {
    long[] outer = new long[Launch.AXES];
    outer[0] = first;
    System.arraycopy(all, 0, outer, 1, Launch.AXES - 1);
    return outer;
  }
}
