package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import java.lang.foreign.MemorySegment;

/// An operand whose element (i, p) lies at `base + along[i] + deep[p]`: the columns of a convolution,
/// which never exist as a matrix (implicit GEMM).
record TablePanels(MemorySegment data, DType type, long base, long[] along, long[] deep)
    implements PanelSource {

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
