package framepack.tensor.core;

import java.util.Arrays;

/// Extents of a tensor, outermost axis first. A scalar has rank 0. Extents may be 0.
///
/// Axes may be given from the end: `-1` is the innermost one.
public final class Shape {
  private final long[] extents;

  private Shape(long[] extents) {
    this.extents = extents;
  }

  /// The shape with these extents.
  public static Shape of(long... extents) {
    for (long extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException(
            "shape: extents must be >= 0, got " + Arrays.toString(extents));
      }
    }
    return new Shape(extents.clone());
  }

  public int rank() {
    return extents.length;
  }

  /// Extent of `axis`, which may be negative (from the end).
  public long extent(int axis) {
    return extents[axis(axis)];
  }

  /// The axis as a number in `[0, rank)`.
  public int axis(int axis) {
    int resolved = axis < 0 ? axis + extents.length : axis;
    if (resolved < 0 || resolved >= extents.length) {
      throw new IllegalArgumentException("shape " + this + " has no axis " + axis);
    }
    return resolved;
  }

  /// Number of elements; 1 for a scalar.
  public long elements() {
    long product = 1;
    for (long extent : extents) {
      product = Math.multiplyExact(product, extent);
    }
    return product;
  }

  /// Number of elements of the axes before `axis`.
  public long outer(int axis) {
    long product = 1;
    for (int i = 0; i < axis(axis); i++) {
      product *= extents[i];
    }
    return product;
  }

  /// This shape with one extent replaced.
  public Shape with(int axis, long extent) {
    long[] changed = extents.clone();
    changed[axis(axis)] = extent;
    return of(changed);
  }

  /// The shape both operands broadcast to, aligned at the innermost axis as in NumPy.
  public static Shape broadcast(String op, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] result = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long left = i <= a.rank() ? a.extent(-i) : 1;
      long right = i <= b.rank() ? b.extent(-i) : 1;
      if (left != right && left != 1 && right != 1) {
        throw new ShapeMismatch(op, "shapes that broadcast (equal extents or 1)", a, b);
      }
      result[rank - i] = left == 1 ? right : left;
    }
    return new Shape(result);
  }

  /// A copy of the extents.
  public long[] toArray() {
    return extents.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
