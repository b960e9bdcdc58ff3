package framepack.tensor.cpu;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;

/// The order in which a kernel visits operands of one shape: rows along the innermost axis, with neighbouring axes merged
/// where the strides of every operand allow it, so that dense operands are a single row.
final class Walk {
  /// Elements of one unit of work: a few microseconds, and fixed, so that no result depends on the number of threads.
  static final int GRAIN = 1 << 14;

  private final long[] extents;
  private final long[][] strides;
  private final long[] offsets;
  private final long[] reciprocals;
  private final int[] shifts;
  private int inner = -1;
  private long rows = 1;

  /// What a kernel does with `count` elements of one row, starting at column `from`.
  @FunctionalInterface
  interface Span {
    void run(long row, long from, int count);
  }

  /// The same with buffers of the executing thread.
  @FunctionalInterface
  interface OwnedSpan {
    void run(long row, long from, int count, Scratch own);
  }

  /// `apart`: the first axis that is never merged into the one before it.
  private Walk(Layout[] layouts, int apart) {
    int rank = layouts[0].shape().rank();
    extents = new long[rank + 1];
    strides = new long[layouts.length][rank + 1];
    offsets = new long[layouts.length];
    for (int k = 0; k < layouts.length; k++) {
      offsets[k] = layouts[k].offset();
    }
    for (int axis = 0; axis < rank; axis++) {
      add(layouts, axis, axis >= apart);
    }
    if (inner < 0 || apart > rank) {
      extents[++inner] = 1;
    }
    if (extents[inner] == 1) {
      for (long[] steps : strides) {
        steps[inner] = 1;
      }
    }
    reciprocals = new long[Math.max(0, inner)];
    shifts = new int[reciprocals.length];
    for (int i = 0; i < inner; i++) {
      rows *= extents[i];
      invert(i);
    }
  }

  /// Rows below 2^31 are divided by an extent with one multiplication (Granlund and Montgomery 1994, theorem 4.2).
  private void invert(int axis) {
    long extent = Math.clamp(extents[axis], 1, Integer.MAX_VALUE);
    int bits = 64 - Long.numberOfLeadingZeros(extent - 1);
    shifts[axis] = 31 + bits;
    reciprocals[axis] = Long.divideUnsigned(1L << shifts[axis], extent) + 1;
  }

  private void add(Layout[] layouts, int axis, boolean apart) {
    Shape shape = layouts[0].shape();
    long extent = shape.extent(axis);
    if (extent == 1 && !apart) {
      return;
    }
    if (inner >= 0 && !apart && merges(layouts, axis)) {
      extent *= extents[inner];
    } else {
      inner++;
    }
    extents[inner] = extent;
    for (int k = 0; k < layouts.length; k++) {
      strides[k][inner] = layouts[k].stride(axis);
    }
  }

  private boolean merges(Layout[] layouts, int axis) {
    long extent = layouts[0].shape().extent(axis);
    for (int k = 0; k < layouts.length; k++) {
      if (strides[k][inner] != extent * layouts[k].stride(axis)) {
        return false;
      }
    }
    return true;
  }

  /// In the longest rows that all layouts have in common.
  static Walk over(Layout... layouts) {
    return new Walk(layouts, layouts[0].shape().rank());
  }

  /// In rows along the innermost axis, which stays by itself.
  static Walk rows(Layout... layouts) {
    return new Walk(layouts, layouts[0].shape().rank() - 1);
  }

  /// For updates in place: rows are contiguous, if need be of one element, because a target cannot be copied.
  static Walk inPlace(Layout... layouts) {
    Walk rows = over(layouts);
    return rows.isContiguous() ? rows : new Walk(layouts, layouts[0].shape().rank() + 1);
  }

  long rows() {
    return rows;
  }

  /// Elements of a row.
  long width() {
    return extents[inner];
  }

  /// Distance between neighbours of a row of one operand; 1 where a row has one element.
  long step(int operand) {
    return strides[operand][inner];
  }

  /// Whether the rows of every operand are contiguous.
  boolean isContiguous() {
    for (long[] steps : strides) {
      if (steps[inner] != 1) {
        return false;
      }
    }
    return true;
  }

  /// Where a row of one operand begins, in elements from the start of its storage.
  long at(int operand, long row) {
    long[] steps = strides[operand];
    long at = offsets[operand];
    long left = row;
    for (int i = inner - 1; i > 0; i--) {
      long next =
          rows <= Integer.MAX_VALUE ? left * reciprocals[i] >>> shifts[i] : left / extents[i];
      at += (left - next * extents[i]) * steps[i];
      left = next;
    }
    return inner == 0 ? at : at + left * steps[0];
  }

  /// [#at] in bytes of 4-byte elements for `count` rows from `first` on, from `start` on in `to`; fewer divisions than rows.
  void floatRows(int operand, long first, int count, long[] to, int start) {
    long run = inner == 0 ? 1 : extents[inner - 1];
    long step = inner == 0 ? 0 : 4 * strides[operand][inner - 1];
    for (int i = 0; i < count; ) {
      long row = first + i;
      long at = 4 * at(operand, row);
      int end = (int) Math.min(count, i + run - row % run);
      for (; i < end; i++) {
        to[start + i] = at;
        at += step;
      }
    }
  }

  int operands() {
    return offsets.length;
  }

  /// Visits every element once, in pieces of at most [#GRAIN] elements.
  void forEach(Call call, Span span) {
    forEachOwned(call, (row, from, count, own) -> span.run(row, from, count));
  }

  /// The same with buffers of the executing thread.
  void forEachOwned(Call call, OwnedSpan span) {
    long width = width();
    if (rows * width == 0) {
      return;
    }
    if (width >= GRAIN) {
      long pieces = Math.ceilDiv(width, GRAIN);
      long piece = Math.ceilDiv(Math.ceilDiv(width, pieces), 64) * 64;
      call.run(
          rows * pieces,
          rows * width,
          (unit, own) -> {
            long from = unit % pieces * piece;
            int count = (int) Math.min(piece, width - from);
            if (count > 0) {
              span.run(unit / pieces, from, count, own);
            }
          });
      return;
    }
    long some = GRAIN / width;
    call.run(
        Math.ceilDiv(rows, some),
        rows * width,
        (unit, own) -> {
          long end = Math.min(rows, (unit + 1) * some);
          for (long row = unit * some; row < end; row++) {
            span.run(row, 0, (int) width, own);
          }
        });
  }
}
