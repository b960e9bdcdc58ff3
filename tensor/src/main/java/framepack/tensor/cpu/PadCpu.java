package framepack.tensor.cpu;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Pad;
import framepack.tensor.op.Padding;
import java.lang.foreign.MemorySegment;

/// y[i..] = x[i - before ..], outside x zero or the nearest element of x
///
/// shapes  : x any type and layout; y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first
/// error   : none
/// work    : bytes of x + bytes of y -> memory bound
/// source  : torch.nn.functional.pad, modes constant and replicate
final class PadCpu {
  private PadCpu() {}

  static void run(Pad op, Call call) {
    View y = call.out(0);
    if (y.shape().rank() == 0) {
      Strided.copy(call, call.in(0), y);
      return;
    }
    View x = call.rows(0);
    long width = y.shape().extent(-1);
    long rows = width == 0 ? 0 : y.shape().elements() / width;
    Bands bands = Bands.of(1, rows, width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            row(op, x, source(op, x.layout(), y.shape(), row), y, row * width);
          }
        });
  }

  /// First element of the row of x that row `row` of y shows, or -1 for zeros.
  private static long source(Pad op, Layout x, Shape y, long row) {
    long at = x.offset();
    long left = row;
    for (int axis = y.rank() - 2; axis >= 0; axis--) {
      long place = left % y.extent(axis) - op.before().get(axis);
      left /= y.extent(axis);
      long inside = Math.clamp(place, 0, Math.max(0, x.shape().extent(axis) - 1));
      if (op.mode() == Padding.ZERO && (inside != place || x.shape().extent(axis) == 0)) {
        return -1;
      }
      at += inside * x.stride(axis);
    }
    return at;
  }

  private static void row(Pad op, View x, long source, View y, long target) {
    long before = op.before().get(y.shape().rank() - 1);
    long width = y.shape().extent(-1);
    long extent = x.shape().extent(-1);
    long from = source < 0 ? width : Math.clamp(before, 0, width);
    long to = source < 0 ? width : Math.clamp(before + extent, from, width);
    int bytes = x.dtype().bytes();
    long start = y.byteOffset() + target * bytes;
    if (op.mode() == Padding.ZERO) {
      clear(y.segment(), start, from * bytes);
      clear(y.segment(), start + to * bytes, (width - to) * bytes);
    } else {
      repeat(x.segment(), source * bytes, y.segment(), start, from, bytes);
      long last = (source + extent - 1) * bytes;
      repeat(x.segment(), last, y.segment(), start + to * bytes, width - to, bytes);
    }
    long first = (source + from - before) * bytes;
    if (to > from) {
      MemorySegment.copy(
          x.segment(), first, y.segment(), start + from * bytes, (to - from) * bytes);
    }
  }

  private static void clear(MemorySegment y, long at, long bytes) {
    if (bytes > 0) {
      y.asSlice(at, bytes).fill((byte) 0);
    }
  }

  private static void repeat(
      MemorySegment x, long from, MemorySegment y, long at, long count, int bytes) {
    for (long i = 0; i < count; i++) {
      MemorySegment.copy(x, from, y, at + i * bytes, bytes);
    }
  }
}
