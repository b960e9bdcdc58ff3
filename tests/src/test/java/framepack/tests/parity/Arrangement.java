package framepack.tests.parity;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/// How an operand lies in its storage.
public enum Arrangement {
  /// Row-major from a 64-byte boundary.
  DENSE,
  /// Row-major from the third element.
  OFFSET,
  /// Axes reversed in memory; a vector is a column of a matrix.
  TRANSPOSED,
  /// The inside of a larger tensor, every axis two longer.
  SLICED,
  /// The first axis longer than 1 repeats with stride 0.
  BROADCAST,
  /// Row-major from an odd address, as weight files may be mapped; host memory only.
  UNALIGNED;

  /// Elements of storage that an operand of `shape` takes.
  long elements(Shape shape) {
    return switch (this) {
      case DENSE, UNALIGNED -> shape.elements();
      case OFFSET -> 3 + shape.elements();
      case TRANSPOSED -> shape.rank() == 1 ? 2 * shape.elements() : shape.elements();
      case SLICED -> larger(shape).elements();
      case BROADCAST -> single(shape).elements();
    };
  }

  /// The layout of an operand of `shape` in storage that starts at element `base`.
  Layout layout(Shape shape, long base) {
    return switch (this) {
      case DENSE, UNALIGNED -> Layout.dense(shape, base);
      case OFFSET -> Layout.dense(shape, base + 3);
      case TRANSPOSED -> transposed(shape, base);
      case SLICED -> sliced(shape, base);
      case BROADCAST -> Layout.dense(single(shape), base).expand(shape);
    };
  }

  private static Layout transposed(Shape shape, long base) {
    int rank = shape.rank();
    if (rank == 1) {
      Shape pairs = Shape.of(shape.extent(0), 2);
      return Layout.dense(pairs, base).slice(1, 1, 2).reshape(shape);
    }
    int[] order = IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    long[] reversed = Arrays.stream(order).mapToLong(shape::extent).toArray();
    return Layout.dense(Shape.of(reversed), base).permute(order);
  }

  private static Layout sliced(Shape shape, long base) {
    Layout layout = Layout.dense(larger(shape), base);
    for (int axis = 0; axis < shape.rank(); axis++) {
      layout = layout.slice(axis, 1, 1 + shape.extent(axis));
    }
    return layout;
  }

  private static Shape larger(Shape shape) {
    return Shape.of(Arrays.stream(shape.toArray()).map(extent -> extent + 2).toArray());
  }

  private static Shape single(Shape shape) {
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.extent(axis) > 1) {
        return shape.with(axis, 1);
      }
    }
    return shape;
  }
}
