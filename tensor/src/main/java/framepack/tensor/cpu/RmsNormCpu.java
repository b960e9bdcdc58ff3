package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.RmsNorm;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// y[r, c] = x[r, c] / sqrt(mean_c(x²) + eps) * weight[c]
///
/// shapes  : x [.., width] any layout; weight [width]; y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first
/// error   : squares in f32 lanes, the root in double
/// work    : two passes over a row in cache -> memory bound for long rows
/// source  : arXiv:1910.07467
final class RmsNormCpu {
  private RmsNormCpu() {}

  static void run(RmsNorm op, Call call) {
    View x = call.rows(0);
    View weight = call.dense(1);
    View y = call.out(0);
    Walk walk = Walk.rows(x.layout(), y.layout());
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(1, walk.rows(), width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          RowMoments moments = new RowMoments(own, x.segment(), walk, op.eps());
          int rows;
          for (long first = bands.from(unit); first < bands.to(unit); first += rows) {
            rows = moments.rows(first, bands.to(unit));
            moments.plain(rows);
            for (int r = 0; r < rows; r++) {
              long xo = moments.at(0, r);
              long yo = moments.at(1, r);
              write(
                  x.segment(),
                  xo,
                  moments.scale(r),
                  weight.segment(),
                  weight.byteOffset(),
                  y.segment(),
                  yo,
                  width);
            }
          }
        });
  }

  private static void write(
      MemorySegment x,
      long xo,
      float scale,
      MemorySegment w,
      long wo,
      MemorySegment y,
      long yo,
      int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      long p = 4L * i;
      FloatVector hat = load(x, xo + p).mul(scale);
      store(hat.mul(load(w, wo + p)), y, yo + p);
    }
    if (i < n) {
      long p = 4L * i;
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector hat = load(x, xo + p, some).mul(scale);
      store(hat.mul(load(w, wo + p, some)), y, yo + p, some);
    }
  }
}
