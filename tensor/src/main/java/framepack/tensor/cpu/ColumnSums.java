package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Sums of many rows, column by column: 32 rows into `near`, that into `far`, so that no f32 sum grows long. A kernel may
/// add to `near` itself and then say so with [#added].
///
/// Parts of different units are put together in double by [#combine], in ascending order.
final class ColumnSums {
  private static final int FIRST = Scratch.FIRST_FREE + 8;
  private static final int NEAR_ROWS = 32;

  private final float[] near;
  private final float[] far;
  private final int width;
  private int rows;

  private ColumnSums(float[] near, float[] far, int width) {
    this.near = near;
    this.far = far;
    this.width = width;
    clear();
  }

  /// Sums of `width` columns in buffers of the executing thread, zero.
  static ColumnSums in(Scratch own, int width) {
    return in(own, width, 0);
  }

  /// Another set of sums in the same kernel.
  static ColumnSums in(Scratch own, int width, int which) {
    int length = Floats.padded(width);
    int slot = FIRST + 2 * which;
    return new ColumnSums(own.floats(slot, length), own.floats(slot + 1, length), width);
  }

  void clear() {
    for (int i = 0; i < Floats.padded(width); i++) {
      near[i] = 0;
      far[i] = 0;
    }
    rows = 0;
  }

  /// The sums of the latest rows, one lane a column, padded to whole vectors.
  float[] near() {
    return near;
  }

  /// A kernel has added one row to [#near].
  void added() {
    if (++rows == NEAR_ROWS) {
      flush();
    }
  }

  private void flush() {
    for (int i = 0; i < Floats.padded(width); i++) {
      far[i] += near[i];
      near[i] = 0;
    }
    rows = 0;
  }

  void add(MemorySegment x, long at) {
    int i = 0;
    for (; i <= width - W; i += W) {
      load(x, at + 4L * i).add(load(near, i)).intoArray(near, i);
    }
    if (i < width) {
      FloatVector row = load(x, at + 4L * i, Floats.first(width - i));
      row.add(load(near, i)).intoArray(near, i);
    }
    added();
  }

  void addSquares(MemorySegment x, long at) {
    int i = 0;
    for (; i <= width - W; i += W) {
      FloatVector row = load(x, at + 4L * i);
      row.fma(row, load(near, i)).intoArray(near, i);
    }
    if (i < width) {
      FloatVector row = load(x, at + 4L * i, Floats.first(width - i));
      row.fma(row, load(near, i)).intoArray(near, i);
    }
    added();
  }

  /// Ends the sums and puts them into a shared buffer.
  void take(float[] parts, int at) {
    flush();
    System.arraycopy(far, 0, parts, at, width);
  }

  /// Ends the sums and writes them, scaled.
  void write(double scale, MemorySegment y, long at) {
    flush();
    for (int i = 0; i < width; i++) {
      Floats.set(y, at + 4L * i, (float) (scale * far[i]));
    }
  }

  /// `y[c] = scale * sum over part p of parts[first + p * step + c]`.
  static void combine(
      float[] parts,
      int first,
      int count,
      int step,
      int width,
      double scale,
      MemorySegment y,
      long at) {
    for (int c = 0; c < width; c++) {
      double sum = 0;
      for (int p = 0; p < count; p++) {
        sum += parts[first + p * step + c];
      }
      Floats.set(y, at + 4L * c, (float) (scale * sum));
    }
  }
}
