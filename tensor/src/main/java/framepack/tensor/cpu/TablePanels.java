package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import java.lang.foreign.MemorySegment;

/// An operand whose element (i, p) lies at `base + along[i] + deep[p]`: the columns of a convolution,
/// which never exist as a matrix (implicit GEMM).
///
/// As a right operand f32 is copied in whole vectors, row by row of a panel: the rest of a run's last vector is overwritten
/// by the next run, or by the row below.
record TablePanels(MemorySegment data, DType type, long base, long[] along, long[] deep)
    implements PanelSource {
  private static final int W = Lanes.WIDTH;
  private static final int C = Micro.COLUMNS;
  private static final long VECTOR = (long) Float.BYTES * W;

  /// Offsets of all entries of axes with these extents and steps, in row-major order.
  static long[] offsets(long[] extents, long[] steps) {
    long count = 1;
    for (long extent : extents) {
      count *= extent;
    }
    long[] offsets = new long[Math.toIntExact(count)];
    int filled = Math.min(1, offsets.length);
    for (int axis = extents.length - 1; axis >= 0 && filled > 0; axis--) {
      for (int i = 1; i < extents[axis]; i++) {
        for (int j = 0; j < filled; j++) {
          offsets[i * filled + j] = i * steps[axis] + offsets[j];
        }
      }
      filled *= (int) extents[axis];
    }
    return offsets;
  }

  @Override
  public void packRight(
      int i0, int count, int p0, int depth, MemorySegment to, long at, Scratch own) {
    int rows = count == C ? wholeRows(i0, p0, depth) : 0;
    if (rows > 0 && run(i0, C) == C) {
      oneRun(base + along[i0], p0, rows, to, at);
    } else if (rows > 0) {
      rows = Math.min(rows, (depth - 1) / 2 * 2); // nothing is below the last row
      runs(i0, p0, rows, to, at, own.longs(2 * C));
    }
    if (rows < depth) {
      PanelSource.super.packRight(
          i0, count, p0 + rows, depth - rows, to, at + (long) rows * C, own);
    } else if (depth % 2 != 0) {
      Cells.copy(Micro.ZEROS, to, at + (long) depth * C, C);
    }
  }

  /// Whether a right panel can be read where it lies, by [Micro#multiplyRuns]: its columns are neighbours in every row, and
  /// every row lies in memory.
  boolean isRun(int i0, int count) {
    return count == C
        && type == DType.F32
        && run(i0, C) == C
        && base + along[i0] + deep[deep.length - 1] + C <= data.byteSize() / Float.BYTES;
  }

  /// Byte where the first element of a column would lie if it were the first of its row, too.
  long from(int i0) {
    return Float.BYTES * (base + along[i0]);
  }

  /// Rows of a panel of which all vectors lie in memory: all of them, or an even number.
  private int wholeRows(int i0, int p0, int depth) {
    if (type != DType.F32 || depth == 0) {
      return 0;
    }
    long last = 0;
    for (int i = i0; i < i0 + C; i++) {
      last = Math.max(last, along[i]);
    }
    long room = data.byteSize() / Float.BYTES - W - base - last;
    if (deep[deep.length - 1] <= room) { // no entry is larger
      return depth;
    }
    int rows = 0;
    while (rows < depth && deep[p0 + rows] <= room) {
      rows++;
    }
    return rows == depth ? depth : rows / 2 * 2;
  }

  private void oneRun(long from, int p0, int rows, MemorySegment to, long at) {
    for (int p = 0; p < rows; p++) {
      long place = Float.BYTES * (from + deep[p0 + p]);
      long row = Float.BYTES * (at + (long) p * C);
      Floats.store(Floats.load(data, place), to, row);
      Floats.store(Floats.load(data, place + VECTOR), to, row + VECTOR);
    }
  }

  /// @param starts a place for where vectors begin in memory and in a row, alternately
  private void runs(int i0, int p0, int rows, MemorySegment to, long at, long[] starts) {
    int count = 0;
    for (int i = 0; i < C; ) {
      int run = run(i0 + i, C - i);
      for (int n = 0; n < run; n += W) {
        starts[count++] = Float.BYTES * (base + along[i0 + i] + n);
        starts[count++] = Float.BYTES * (at + i + n);
      }
      i += run;
    }
    for (int p = 0; p < rows; p++) {
      long place = Float.BYTES * deep[p0 + p];
      long row = (long) Float.BYTES * p * C;
      for (int n = 0; n < count; n += 2) {
        Floats.store(Floats.load(data, starts[n] + place), to, starts[n + 1] + row);
      }
    }
  }

  @Override
  public void pack(
      int i0, int count, int p0, int depth, float[] to, int at, int width, Scratch own) {
    for (int i = 0; i < count; ) {
      int run = run(i0 + i, count - i);
      if (run == 1) {
        single(base + along[i0 + i], p0, depth, to, at + i, width);
      } else {
        neighbours(base + along[i0 + i], run, p0, depth, to, at + i, width);
      }
      i += run;
    }
    for (int p = 0; p < depth; p++) {
      for (int i = count; i < width; i++) {
        to[at + p * width + i] = 0;
      }
    }
  }

  /// How many entries from `i` on lie next to each other.
  private int run(int i, int most) {
    int run = 1;
    while (run < most && along[i + run] == along[i] + run) {
      run++;
    }
    return run;
  }

  private void neighbours(long from, int run, int p0, int depth, float[] to, int at, int width) {
    for (int p = 0; p < depth; p++) {
      Cells.read(type, data, from + deep[p0 + p], to, at + p * width, run);
    }
  }

  private void single(long from, int p0, int depth, float[] to, int at, int width) {
    for (int p = 0; p < depth; p++) {
      to[at + p * width] = Cells.read(type, data, from + deep[p0 + p]);
    }
  }
}
