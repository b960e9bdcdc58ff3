package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// An operand with strides: element (i, p) lies at `offset + i * along + p * deep`, all in elements.
record Panels(MemorySegment data, DType type, long offset, long along, long deep)
    implements PanelSource {
  private static final int W = Lanes.WIDTH;

  /// Floats of a cache line.
  private static final int LINE = 16;

  /// Depth that is turned at a time: 16 staged rows of 128 floats fit half of L1.
  static final int RUN = 128;

  /// Not a power of two, so that staged rows do not share cache sets.
  static final int STAGE_STRIDE = RUN + 16;

  /// A matrix, of which axis `along` (0 or 1 of the last two) runs along the panels.
  static Panels of(View view, Layout layout, int along, int deep) {
    int outer = layout.shape().rank() - 2;
    return new Panels(
        view.segment(),
        view.dtype(),
        layout.offset(),
        layout.stride(outer + along),
        layout.stride(outer + deep));
  }

  /// Floats from one packed panel to the next: turning writes whole blocks and one vector more.
  static int stride(int width, int depth) {
    return (depth + W - 1) / W * W * width + W;
  }

  /// Whether the rows of the depth lie on cache lines just as [Micro] wants a right operand of n columns, so that nothing has
  /// to be packed. Narrower vectors pass over it more often, and want it packed.
  boolean isRight(int n, int k) {
    boolean lines = offset % LINE == 0 && deep % LINE == 0 && data.address() % (4 * LINE) == 0;
    boolean whole = n % Micro.COLUMNS == 0 && k % 2 == 0;
    return W == LINE && type == DType.F32 && along == 1 && lines && whole;
  }

  @Override
  public int grain() {
    return Math.max(16, type.block());
  }

  @Override
  public boolean inRows() {
    return deep == 1;
  }

  @Override
  public void readRows(int i0, int count, int p0, int depth, float[] to, int at, int stride) {
    long from = offset + i0 * along + p0 * deep;
    if (deep == 1) {
      Cells.readRows(type, data, from, along, depth, count, to, at, stride);
    } else {
      for (int r = 0; r < count; r++) {
        for (int p = 0; p < depth; p++) {
          to[at + r * stride + p] = Cells.read(type, data, from + r * along + p * deep);
        }
      }
    }
  }

  @Override
  public void packRight(
      int i0, int count, int p0, int depth, MemorySegment to, long at, Scratch own) {
    if (count == Micro.COLUMNS && deep == 1 && depth >= W && W > 4) {
      if (type == DType.F32) {
        turnRight(i0, p0, depth, to, at, own);
      } else {
        stageRight(i0, p0, depth, to, at, own);
      }
    } else if (type == DType.F32 && along == 1) {
      Cells.rightRows(data, 4 * (offset + i0 + p0 * deep), 4 * deep, count, to, 4 * at, depth);
    } else {
      PanelSource.super.packRight(i0, count, p0, depth, to, at, own);
      return;
    }
    if (depth % 2 != 0) {
      Cells.copy(Micro.ZEROS, to, at + (long) depth * Micro.COLUMNS, Micro.COLUMNS);
    }
  }

  /// Blocks of f32, straight from the operand to the panel; the last one overlaps the one before.
  private void turnRight(int i0, int p0, int depth, MemorySegment to, long at, Scratch own) {
    float[] turn = own.floats(Scratch.TURN, W * W);
    long from = 4 * (offset + i0 * along + p0);
    for (int next = 0; next < depth; next += W) {
      int p = Math.min(next, depth - W);
      long place = 4 * (at + (long) p * Micro.COLUMNS);
      Transpose.block(data, from + 4L * p, 4 * along, to, place, turn);
      Transpose.block(data, from + 4L * p + 4 * along * W, 4 * along, to, place + 4L * W, turn);
    }
  }

  /// The same of any other type by way of floats in L1; the last run overlaps the one before, too.
  private void stageRight(int i0, int p0, int depth, MemorySegment to, long at, Scratch own) {
    float[] stage = own.floats(Scratch.STAGE, Micro.COLUMNS * STAGE_STRIDE);
    float[] turn = own.floats(Scratch.TURN, W * W);
    int run = Math.min(RUN, depth);
    for (int next = 0; next < depth; next += run) {
      int first = Math.min(next, depth - run);
      readRows(i0, Micro.COLUMNS, p0 + first, run, stage, 0, STAGE_STRIDE);
      for (int step = 0; step < run; step += W) {
        int p = Math.min(step, run - W);
        long place = 4 * (at + (long) (first + p) * Micro.COLUMNS);
        Transpose.block(stage, p, STAGE_STRIDE, to, place, turn);
        Transpose.block(stage, p + W * STAGE_STRIDE, STAGE_STRIDE, to, place + 4L * W, turn);
      }
    }
  }

  @Override
  public void pack(
      int i0, int count, int p0, int depth, float[] to, int at, int width, Scratch own) {
    if (deep == 1) {
      turn(i0, count, p0, depth, to, at, width, own);
    } else if (along == 1) {
      copy(i0, count, p0, depth, to, at, width);
    } else {
      gather(i0, count, p0, depth, to, at, width);
    }
  }

  private void turn(
      int i0, int count, int p0, int depth, float[] to, int at, int width, Scratch own) {
    float[] stage = own.floats(Scratch.STAGE, W * STAGE_STRIDE);
    float[] turn = own.floats(Scratch.TURN, W * W);
    for (int p = 0; p < depth; p += RUN) {
      int run = Math.min(RUN, depth - p);
      for (int i = last(width); i >= 0; i -= W) {
        stage(i0 + i, Math.min(W, count - i), Math.min(W, width - i), p0 + p, run, stage);
        turnRun(stage, run, to, at + p * width + i, width, turn);
      }
    }
  }

  /// Where the last vector of a panel's rows begins. Vectors are written from there down, because this one overruns the
  /// next row, which the first one then overwrites.
  static int last(int width) {
    return (width - 1) / W * W;
  }

  /// Rows of the operand side by side, as floats; missing ones of the panel are zero.
  private void stage(int i, int rows, int width, int p, int run, float[] stage) {
    long from = offset + i * along + p;
    for (int r = 0; r < rows; r++) {
      Cells.read(type, data, from + r * along, stage, r * STAGE_STRIDE, run);
    }
    for (int r = Math.max(rows, 0); r < width; r++) {
      Arrays.fill(stage, r * STAGE_STRIDE, r * STAGE_STRIDE + run, 0);
    }
  }

  /// Ascending, because a panel narrower than a vector is overrun into the next step.
  static void turnRun(float[] stage, int run, float[] to, int at, int width, float[] turn) {
    for (int p = 0; p < run; p += W) {
      Transpose.block(stage, p, STAGE_STRIDE, to, at + p * width, width, turn);
    }
  }

  private void copy(int i0, int count, int p0, int depth, float[] to, int at, int width) {
    long from = offset + i0 + p0 * deep;
    if (type == DType.F32) {
      for (int i = last(width); i >= 0; i -= W) {
        int lanes = Math.min(W, width - i);
        int valid = Math.clamp(count - i, 0, lanes);
        Cells.floats(data, 4 * (from + i), 4 * deep, valid, lanes, to, at + i, width, depth);
      }
      return;
    }
    for (int p = 0; p < depth; p++) {
      int row = at + p * width;
      Cells.read(type, data, from + p * deep, to, row, count);
      for (int i = count; i < width; i++) {
        to[row + i] = 0;
      }
    }
  }

  private void gather(int i0, int count, int p0, int depth, float[] to, int at, int width) {
    for (int p = 0; p < depth; p++) {
      long from = offset + i0 * along + (p0 + p) * deep;
      for (int i = 0; i < width; i++) {
        to[at + p * width + i] = i < count ? Cells.read(type, data, from + i * along) : 0;
      }
    }
  }
}
