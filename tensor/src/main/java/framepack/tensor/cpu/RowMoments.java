package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;

/// Means and scales of a block of rows, one step for all rows before the next: the sums of one row wait for each other, those
/// of several rows do not.
///
/// The block is small enough for its rows to stay in the first-level cache between the steps.
final class RowMoments {
  /// Most rows of a block.
  static final int ROWS = 64;

  private static final int ELEMENTS = 4096;
  private static final int MEANS = Scratch.FIRST_FREE + 4;
  private static final int SCALES = Scratch.FIRST_FREE + 5;

  private final MemorySegment x;
  private final Walk walk;
  private final int width;
  private final double eps;
  private final float[] means;
  private final float[] scales;

  /// Of rows of operand 0 of `walk`, in buffers of the executing thread.
  RowMoments(Scratch own, MemorySegment x, Walk walk, double eps) {
    this.x = x;
    this.walk = walk;
    this.width = (int) walk.width();
    this.eps = eps;
    means = own.floats(MEANS, ROWS);
    scales = own.floats(SCALES, ROWS);
  }

  /// Rows of a block that starts at `first` and ends before `end`.
  int rows(long first, long end) {
    int most = Math.clamp(ELEMENTS / Math.max(1, width), 1, ROWS);
    return (int) Math.min(most, end - first);
  }

  float mean(int row) {
    return means[row];
  }

  /// `1 / sqrt(variance + eps)`, or `1 / sqrt(mean(x²) + eps)`.
  float scale(int row) {
    return scales[row];
  }

  /// Mean and variance of each row.
  void centred(long first, int rows) {
    double share = 1.0 / width;
    for (int r = 0; r < rows; r++) {
      means[r] = (float) (Sums.sum(x, 4 * walk.at(0, first + r), width) * share);
    }
    for (int r = 0; r < rows; r++) {
      scales[r] = Sums.centred(x, 4 * walk.at(0, first + r), width, means, r);
    }
    for (int r = 0; r < rows; r++) {
      scales[r] = (float) (1 / Math.sqrt(scales[r] * share + eps));
    }
  }

  /// Mean square of each row.
  void plain(long first, int rows) {
    double share = 1.0 / width;
    for (int r = 0; r < rows; r++) {
      scales[r] = Sums.squares(x, 4 * walk.at(0, first + r), width);
    }
    for (int r = 0; r < rows; r++) {
      scales[r] = (float) (1 / Math.sqrt(scales[r] * share + eps));
    }
  }
}
