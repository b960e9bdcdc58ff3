package framepack.tensor.cpu;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.PadBackward;
import framepack.tensor.op.Padding;

/// gx[i..] = sum of gy over the padded places that show x[i..]
///
/// shapes  : gy any layout; gx dense
/// assumes : nothing; gy is copied first unless dense
/// error   : f32 over 32 rows of gy, two levels; double along a row
/// work    : bytes of gy + bytes of gx -> memory bound
/// source  : the transposed map of [PadCpu]
final class PadBackwardCpu {
  private static final int ROW = Scratch.FIRST_FREE;

  private final PadBackward op;
  private final View gy;
  private final View gx;
  private final int last;

  private PadBackwardCpu(PadBackward op, View gy, View gx) {
    this.op = op;
    this.gy = gy;
    this.gx = gx;
    this.last = gx.shape().rank() - 1;
  }

  static void run(PadBackward op, Call call) {
    View gx = call.out(0);
    if (gx.shape().rank() == 0) {
      Strided.copy(call, call.in(0), gx);
      return;
    }
    PadBackwardCpu kernel = new PadBackwardCpu(op, call.dense(0), gx);
    long width = gx.shape().extent(-1);
    Bands bands = Bands.of(1, width == 0 ? 0 : gx.shape().elements() / width, width);
    int padded = Math.toIntExact(kernel.gy.shape().extent(-1));
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          float[] row = own.floats(ROW, padded);
          ColumnSums sums = ColumnSums.in(own, padded);
          for (long r = bands.from(unit); r < bands.to(unit); r++) {
            sums.clear();
            kernel.add(sums, r, last(gx.shape()) - 1, 0, 1);
            sums.take(row, 0);
            kernel.fold(row, gx.byteOffset() + 4 * r * width);
          }
        });
  }

  private static int last(Shape shape) {
    return shape.rank() - 1;
  }

  /// First padded place along `axis` that shows element `i` of x.
  private long from(int axis, long i) {
    return op.mode() == Padding.REPLICATE && i == 0 ? 0 : Math.max(0, i + op.before().get(axis));
  }

  /// Place after the last one.
  private long to(int axis, long i) {
    long padded = gy.shape().extent(axis);
    return op.mode() == Padding.REPLICATE && i == gx.shape().extent(axis) - 1
        ? padded
        : Math.min(padded, i + op.before().get(axis) + 1);
  }

  /// Adds the rows of gy behind the row of gx with index `left` over the axes up to `axis`; `row` is the part of the
  /// index of gy's row that is known from the axes further in, `step` the rows of gy an index of `axis` stands for.
  private void add(ColumnSums sums, long left, int axis, long row, long step) {
    if (axis < 0) {
      sums.add(gy.segment(), gy.byteOffset() + 4 * row * gy.shape().extent(-1));
      return;
    }
    long extent = gx.shape().extent(axis);
    long i = left % extent;
    for (long place = from(axis, i); place < to(axis, i); place++) {
      add(sums, left / extent, axis - 1, row + place * step, step * gy.shape().extent(axis));
    }
  }

  private void fold(float[] row, long at) {
    for (int i = 0; i < gx.shape().extent(-1); i++) {
      double sum = 0;
      for (long place = from(last, i); place < to(last, i); place++) {
        sum += row[(int) place];
      }
      Floats.set(gx.segment(), at + 4L * i, (float) sum);
    }
  }
}
