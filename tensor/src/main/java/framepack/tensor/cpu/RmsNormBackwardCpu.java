package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.ORDER;
import static framepack.tensor.cpu.Floats.S;
import static framepack.tensor.cpu.Floats.W;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

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
    FloatVector sum = FloatVector.zero(S);
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector hat = fromMemorySegment(S, x, xo + 4L * i, ORDER).mul(scale);
      FloatVector product = hat.mul(fromMemorySegment(S, gy, go + 4L * i, ORDER));
      product.add(fromArray(S, columns, i)).intoArray(columns, i);
      sum = product.fma(fromArray(S, weight, i), sum);
    }
    if (i < n) {
      VectorMask<Float> some = S.indexInRange(i, n);
      FloatVector hat = fromMemorySegment(S, x, xo + 4L * i, ORDER, some).mul(scale);
      FloatVector product = hat.mul(fromMemorySegment(S, gy, go + 4L * i, ORDER, some));
      product.add(fromArray(S, columns, i)).intoArray(columns, i);
      sum = sum.add(product.mul(fromArray(S, weight, i)), some);
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
    FloatVector factor = broadcast(S, scale * pull);
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector g = fromMemorySegment(S, gy, go + 4L * i, ORDER).mul(fromArray(S, weight, i));
      FloatVector v = fromMemorySegment(S, x, xo + 4L * i, ORDER);
      v.fma(factor, g).mul(scale).intoMemorySegment(gx, to + 4L * i, ORDER);
    }
    if (i < n) {
      VectorMask<Float> some = S.indexInRange(i, n);
      FloatVector g =
          fromMemorySegment(S, gy, go + 4L * i, ORDER, some).mul(fromArray(S, weight, i));
      FloatVector v = fromMemorySegment(S, x, xo + 4L * i, ORDER, some);
      v.fma(factor, g).mul(scale).intoMemorySegment(gx, to + 4L * i, ORDER, some);
    }
  }
}
