package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.RmsNormBackward;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// gx = (g - xhat mean_c(g xhat)) / rms, g = gy weight, xhat = x / rms;  gweight[c] = sum_r gy xhat
///
/// shapes  : x, gy [.., width] any layout; weight [width]; results dense
/// assumes : nothing; operands without a contiguous innermost axis are copied first
/// error   : f32 lanes along rows; columns in f32 over 32 rows, then two levels, then double
/// work    : three passes over a row in cache
/// source  : arXiv:1910.07467
final class RmsNormBackwardCpu {
  private static final int PARTS = Scratch.FIRST_FREE;
  private static final int WEIGHT = Scratch.FIRST_FREE + 1;
  private static final int LANES = Scratch.FIRST_FREE + 2;

  private RmsNormBackwardCpu() {}

  static void run(RmsNormBackward op, Call call) {
    View x = call.rows(0);
    View weight = call.dense(1);
    View gy = call.rows(2);
    View gx = call.out(0);
    Walk walk = Walk.rows(x.layout(), gy.layout(), gx.layout());
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(1, walk.rows(), width);
    try (Threads.Region region = call.open()) {
      int units = Math.toIntExact(bands.units());
      float[] parts = region.shared(PARTS, Math.multiplyExact(units, width));
      Call.run(
          region,
          units,
          bands.elements(),
          (unit, own) -> {
            float[] factor = own.floats(WEIGHT, Floats.padded(width));
            Floats.read(weight.segment(), weight.byteOffset(), factor, 0, width);
            ColumnSums sums = ColumnSums.in(own, width);
            RowMoments moments = new RowMoments(own, x.segment(), walk, op.eps());
            float[] lanes = own.floats(LANES, W * RowMoments.ROWS);
            int rows;
            for (long first = bands.from(unit); first < bands.to(unit); first += rows) {
              rows = moments.rows(first, bands.to(unit));
              moments.plain(rows);
              for (int r = 0; r < rows; r++) {
                long xo = moments.at(0, r);
                long go = moments.at(1, r);
                float scale = moments.scale(r);
                sums(
                    x.segment(),
                    xo,
                    gy.segment(),
                    go,
                    scale,
                    factor,
                    sums.near(),
                    width,
                    lanes,
                    r * W);
                sums.added();
              }
              for (int r = 0; r < rows; r++) {
                long xo = moments.at(0, r);
                long go = moments.at(1, r);
                long to = moments.at(2, r);
                gradient(
                    x.segment(),
                    xo,
                    gy.segment(),
                    go,
                    moments.scale(r),
                    factor,
                    -Floats.across(lanes, r * W) / width,
                    gx.segment(),
                    to,
                    width);
              }
            }
            sums.take(parts, unit * width);
          });
      View gWeight = call.out(1);
      ColumnSums.combine(parts, 0, units, width, width, 1, gWeight.segment(), gWeight.byteOffset());
    }
  }

  /// The products g xhat of one row, summed lane by lane into `lanes[to]`; adds gy xhat to the column sums.
  private static void sums(
      MemorySegment x,
      long xo,
      MemorySegment gy,
      long go,
      float scale,
      float[] weight,
      float[] columns,
      int n,
      float[] lanes,
      int to) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector product = load(x, xo + 4L * i).mul(scale).mul(load(gy, go + 4L * i));
      product.add(load(columns, i)).intoArray(columns, i);
      sum = product.fma(load(weight, i), sum);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector product = load(x, xo + 4L * i, some).mul(scale).mul(load(gy, go + 4L * i, some));
      product.add(load(columns, i)).intoArray(columns, i);
      sum = sum.add(product.mul(load(weight, i)), some);
    }
    sum.intoArray(lanes, to);
  }

  private static void gradient(
      MemorySegment x,
      long xo,
      MemorySegment gy,
      long go,
      float scale,
      float[] weight,
      float pull,
      MemorySegment gx,
      long to,
      int n) {
    FloatVector factor = Floats.all(scale * pull);
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector g = load(gy, go + 4L * i).mul(load(weight, i));
      store(load(x, xo + 4L * i).fma(factor, g).mul(scale), gx, to + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector g = load(gy, go + 4L * i, some).mul(load(weight, i));
      store(load(x, xo + 4L * i, some).fma(factor, g).mul(scale), gx, to + 4L * i, some);
    }
  }
}
