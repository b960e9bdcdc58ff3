package framepack.tensor.cpu;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The patches of latents [batch, c, t, h, w] as rows of an operand that never exists (implicit GEMM): element (i, p) is
/// element p, in the order c, t, h, w, of patch i. Beyond the end of an axis its last element is repeated.
///
/// Runs of a patch's width are copied in whole vectors, whose rest the next run overwrites: short loops and masks cost more.
final class PatchRows implements PanelSource {
  private static final int W = Lanes.WIDTH;

  private final MemorySegment data;
  private final Layout x;
  private final int kt;
  private final int kh;
  private final int kw;
  private final long[] frames;
  private final long[] lines;
  private final long[] columns;

  /// Patches along each axis.
  private final int deep;

  private final int down;
  private final int across;

  /// Where the runs of a patch lie, from its first element, if nothing is repeated.
  private final long[] runs;

  /// Elements from the first one of a patch to the end of the vectors that cover it.
  private final long reach;

  PatchRows(View latents, int kt, int kh, int kw) {
    this.data = latents.segment();
    this.x = latents.layout();
    this.kt = kt;
    this.kh = kh;
    this.kw = kw;
    this.frames = places(x, 2, kt);
    this.lines = places(x, 3, kh);
    this.columns = places(x, 4, kw);
    this.deep = frames.length / kt;
    this.down = lines.length / kh;
    this.across = columns.length / kw;
    this.runs =
        TablePanels.offsets(
            new long[] {x.shape().extent(1), kt, kh},
            new long[] {x.stride(1), x.stride(2), x.stride(3)});
    this.reach = Gemm.ceil(kw, W) * W + Arrays.stream(runs).max().orElse(0);
  }

  /// Offsets along an axis, which is as long as whole patches are.
  private static long[] places(Layout x, int axis, int kernel) {
    int extent = Math.toIntExact(x.shape().extent(axis));
    long[] places = new long[Gemm.ceil(extent, kernel) * kernel];
    for (int i = 0; i < places.length; i++) {
      places[i] = Math.min(i, extent - 1) * x.stride(axis);
    }
    return places;
  }

  /// Patches of the whole batch.
  int count() {
    return Math.toIntExact(x.shape().extent(0) * deep * down * across);
  }

  /// Elements of a patch.
  int depth() {
    return runs.length * kw;
  }

  @Override
  public boolean inRows() {
    return true;
  }

  @Override
  public void readRows(int i0, int count, int p0, int depth, float[] to, int at, int stride) {
    for (int r = 0; r < count; r++) {
      row(i0 + r, p0, depth, to, at + r * stride);
    }
  }

  private void row(int i, int p0, int depth, float[] to, int at) {
    int column = i % across * kw;
    int line = i / across % down * kh;
    int frame = i / across / down % deep * kt;
    long item = x.offset() + i / across / down / deep * x.stride(0);
    long first = item + frames[frame] + lines[line] + columns[column];
    if (isWhole(frame, line, column, first) && isEven(p0, depth, at, to)) {
      copy(first, p0 / kw, depth / kw, to, at);
    } else {
      gather(item, frame, line, column, p0, depth, to, at);
    }
  }

  /// Whether nothing of a patch is repeated, and vectors can be read beyond its runs.
  private boolean isWhole(int frame, int line, int column, long first) {
    Shape shape = x.shape();
    return frame + kt <= shape.extent(2)
        && line + kh <= shape.extent(3)
        && column + kw <= shape.extent(4)
        && x.stride(4) == 1
        && Float.BYTES * (first + reach) <= data.byteSize();
  }

  /// Whether these are whole runs, and vectors can be written beyond them.
  private boolean isEven(int p0, int depth, int at, float[] to) {
    boolean vectors = kw < W || kw % W == 0;
    return vectors && p0 % kw == 0 && depth % kw == 0 && at + depth + W <= to.length;
  }

  private void copy(long first, int run, int count, float[] to, int at) {
    for (int n = 0; n < kw; n += W) {
      for (int r = 0; r < count; r++) {
        Floats.load(data, Float.BYTES * (first + runs[run + r] + n)).intoArray(to, at + r * kw + n);
      }
    }
  }

  private void gather(
      long item, int frame, int line, int column, int p0, int depth, float[] to, int at) {
    int l = p0 % kw;
    int j = p0 / kw % kh;
    int f = p0 / kw / kh % kt;
    long from = item + p0 / kw / kh / kt * x.stride(1);
    for (int n = 0; n < depth; l = 0) {
      long place = from + frames[frame + f] + lines[line + j];
      for (int end = Math.min(depth, n + kw - l); n < end; n++, l++) {
        to[at + n] = Floats.get(data, Float.BYTES * (place + columns[column + l]));
      }
      if (++j == kh) {
        j = 0;
        if (++f == kt) {
          f = 0;
          from += x.stride(1);
        }
      }
    }
  }

  @Override
  public void pack(
      int i0, int count, int p0, int depth, float[] to, int at, int width, Scratch own) {
    float[] stage = own.floats(Scratch.STAGE, W * Panels.STAGE_STRIDE);
    float[] turn = own.floats(Scratch.TURN, W * W);
    for (int p = 0; p < depth; p += Panels.RUN) {
      int run = Math.min(Panels.RUN, depth - p);
      for (int i = Panels.last(width); i >= 0; i -= W) {
        int rows = Math.clamp(count - i, 0, W);
        readRows(i0 + i, rows, p0 + p, run, stage, 0, Panels.STAGE_STRIDE);
        for (int r = rows; r < W; r++) {
          Arrays.fill(stage, r * Panels.STAGE_STRIDE, r * Panels.STAGE_STRIDE + run, 0);
        }
        Panels.turnRun(stage, run, to, at + p * width + i, width, turn);
      }
    }
  }
}
