package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// A block of rows: where they lie in every operand, and their means and scales. One step is done for all rows before the
/// next: the sums of one row wait for each other, those of several rows do not.
///
/// The block is small enough for its rows to stay in the first-level cache between the steps.
final class RowMoments {
  /// Most rows of a block.
  static final int ROWS = 64;

  private static final int ELEMENTS = 4096;

  /// Elements that do not stay in the second-level cache from one operation to the next.
  private static final long LARGE = 1 << 18;

  private static final int MEANS = Scratch.FIRST_FREE + 4;
  private static final int SCALES = Scratch.FIRST_FREE + 5;
  private static final int LANES = Scratch.FIRST_FREE + 6;
  private static final int W = Floats.W;

  private final MemorySegment x;
  private final Walk walk;
  private final int width;
  private final double eps;
  private final float[] means;
  private final float[] scales;
  private final float[] lanes;
  private final long[] places;

  /// Whether rows come from memory.
  private final boolean large;

  /// Of rows of operand 0 of `walk`, in buffers of the executing thread.
  RowMoments(Scratch own, MemorySegment x, Walk walk, double eps) {
    this.x = x;
    this.walk = walk;
    this.width = (int) walk.width();
    this.eps = eps;
    large = walk.rows() * width > LARGE;
    means = own.floats(MEANS, ROWS);
    scales = own.floats(SCALES, ROWS);
    lanes = own.floats(LANES, 2 * W * ROWS);
    places = own.longs((walk.operands() + 1) * ROWS);
  }

  /// Goes to the block that starts at row `first` and ends before `end`.
  ///
  /// @return its rows
  int rows(long first, long end) {
    int most = Math.clamp(ELEMENTS / Math.max(1, width), 1, ROWS);
    int rows = (int) Math.min(most, end - first);
    for (int operand = 0; operand < walk.operands(); operand++) {
      walk.floatRows(operand, first, rows, places, operand * ROWS);
    }
    return rows;
  }

  /// Finds the rows that [#ahead] gives, for a block of `rows` rows that ends before row `next`.
  void readAhead(long next, int rows) {
    if (!large) {
      return;
    }
    int more = (int) Math.min(rows, walk.rows() - next);
    walk.floatRows(0, next, more, places, walk.operands() * ROWS);
    System.arraycopy(places, more, places, walk.operands() * ROWS + more, rows - more);
  }

  /// Byte where a row of the block begins in an operand.
  long at(int operand, int row) {
    return places[operand * ROWS + row];
  }

  /// Byte where the row of operand 0 begins that takes this one's place in the next block; this one's where there is none.
  /// Who writes results reads it meanwhile, a vector for a vector: memory would have nothing to do while moments are taken
  /// from the cache, and reading would wait for writing.
  long ahead(int row) {
    return places[(large ? walk.operands() * ROWS : 0) + row];
  }

  /// Keeps what was read ahead from being left out.
  void sink(FloatVector read) {
    read.intoArray(lanes, 0);
  }

  float mean(int row) {
    return means[row];
  }

  /// `1 / sqrt(variance + eps)`, or `1 / sqrt(mean(x²) + eps)`.
  float scale(int row) {
    return scales[row];
  }

  /// Mean and variance of each row.
  void centred(int rows) {
    double share = 1.0 / width;
    for (int r = 0; r < rows; r++) {
      means[r] = (float) (Sums.sum(x, at(0, r), width, lanes) * share);
    }
    for (int r = 0; r < rows; r++) {
      Sums.centred(x, at(0, r), width, means[r], lanes, 2 * W * r);
    }
    for (int r = 0; r < rows; r++) {
      float squares = Sums.squaresAround(means, r, width, lanes, 2 * W * r);
      scales[r] = (float) (1 / Math.sqrt(squares * share + eps));
    }
  }

  /// Mean square of each row.
  void plain(int rows) {
    double share = 1.0 / width;
    for (int r = 0; r < rows; r++) {
      Sums.squares(x, at(0, r), width, lanes, W * r);
    }
    for (int r = 0; r < rows; r++) {
      scales[r] = (float) (1 / Math.sqrt(Floats.across(lanes, W * r) * share + eps));
    }
  }
}
