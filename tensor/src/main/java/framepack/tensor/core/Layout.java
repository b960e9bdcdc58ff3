package framepack.tensor.core;

import java.util.Arrays;

/// Where the elements of a [Shape] lie inside a [Storage]: element `(i0, i1, ...)` is at
/// `offset + i0*stride0 + i1*stride1 + ...`, counted in elements. A stride of 0 repeats (broadcast).
public final class Layout {
  private final Shape shape;
  private final long[] strides;
  private final long offset;

  private Layout(Shape shape, long[] strides, long offset) {
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
  }

  /// Row-major layout without gaps.
  public static Layout dense(Shape shape, long offset) {
    long[] strides = new long[shape.rank()];
    long step = 1;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      strides[i] = step;
      step *= Math.max(1, shape.extent(i));
    }
    return new Layout(shape, strides, offset);
  }

  public Shape shape() {
    return shape;
  }

  public long stride(int axis) {
    return strides[shape.axis(axis)];
  }

  public long offset() {
    return offset;
  }

  /// Whether the elements are consecutive in row-major order.
  public boolean isDense() {
    return isDense(0);
  }

  /// Whether the axes from `axis` inwards are consecutive in row-major order.
  public boolean isDense(int axis) {
    long step = 1;
    for (int i = shape.rank() - 1; i >= axis; i--) {
      if (shape.extent(i) != 1 && strides[i] != step) {
        return false;
      }
      step *= Math.max(1, shape.extent(i));
    }
    return true;
  }

  /// Axes reordered: axis `i` of the result is axis `order[i]` of this.
  public Layout permute(int... order) {
    long[] extents = new long[order.length];
    long[] steps = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      extents[i] = shape.extent(order[i]);
      steps[i] = strides[order[i]];
    }
    return new Layout(Shape.of(extents), steps, offset);
  }

  /// The part `[from, to)` of one axis.
  public Layout slice(int axis, long from, long to) {
    int a = shape.axis(axis);
    return new Layout(shape.with(a, to - from), strides, offset + from * strides[a]);
  }

  /// Extents of 1 (or missing outer axes) repeated to `target` with stride 0.
  public Layout expand(Shape target) {
    long[] steps = new long[target.rank()];
    int lead = target.rank() - shape.rank();
    for (int i = 0; i < shape.rank(); i++) {
      boolean repeats = shape.extent(i) == 1 && target.extent(i + lead) != 1;
      steps[i + lead] = repeats ? 0 : strides[i];
    }
    return new Layout(target, steps, offset);
  }

  /// The same elements under another shape, or null where strides do not allow it without a copy.
  public Layout reshape(Shape target) {
    if (isDense() || target.elements() == 0) {
      return dense(target, offset);
    }
    long[] steps = new long[target.rank()];
    int from = 0;
    int to = 0;
    while (from < shape.rank() || to < target.rank()) {
      int fromEnd = from;
      int toEnd = to;
      long have = fromEnd < shape.rank() ? shape.extent(fromEnd++) : 1;
      long want = toEnd < target.rank() ? target.extent(toEnd++) : 1;
      while (have != want) {
        if (have < want) {
          have *= shape.extent(fromEnd++);
        } else {
          want *= target.extent(toEnd++);
        }
      }
      long step = groupStride(from, fromEnd);
      if (step < 0) {
        return null;
      }
      for (int i = toEnd - 1; i >= to; i--) {
        steps[i] = step;
        step *= target.extent(i);
      }
      from = fromEnd;
      to = toEnd;
    }
    return new Layout(target, steps, offset);
  }

  /// Stride of the innermost element step of axes `[from, to)` seen as one axis; -1 if they do not form one.
  private long groupStride(int from, int to) {
    long inner = 1;
    long span = -1;
    for (int i = to - 1; i >= from; i--) {
      if (shape.extent(i) == 1) {
        continue;
      }
      if (span < 0) {
        inner = strides[i];
      } else if (strides[i] != span) {
        return -1;
      }
      span = strides[i] * shape.extent(i);
    }
    return inner;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Layout layout
        && shape.equals(layout.shape)
        && Arrays.equals(strides, layout.strides)
        && offset == layout.offset;
  }

  @Override
  public int hashCode() {
    return (shape.hashCode() * 31 + Arrays.hashCode(strides)) * 31 + Long.hashCode(offset);
  }

  @Override
  public String toString() {
    return shape + " strides " + Arrays.toString(strides) + " offset " + offset;
  }
}
