package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;

/// gx[r, c] = y[r, c] (gy[r, c] - sum_c y[r, c] gy[r, c])
///
/// shapes  : y, gy [.., width] any layout, gx dense
/// assumes : nothing; operands without a contiguous innermost axis are copied first
/// error   : the rounding of the sum (f32 lanes)
/// work    : two passes over a row in cache
/// source  : the contract of [framepack.tensor.op.SoftmaxBackward]
final class SoftmaxBackwardCpu {
  private static final int LANES = Scratch.FIRST_FREE;

  private SoftmaxBackwardCpu() {}

  static void run(Call call) {
    View y = call.rows(0);
    View gy = call.rows(1);
    View gx = call.out(0);
    Walk walk = Walk.rows(y.layout(), gy.layout(), gx.layout());
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(1, walk.rows(), width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          float[] lanes = own.floats(LANES, Floats.W);
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            long yo = 4 * walk.at(0, row);
            long go = 4 * walk.at(1, row);
            float dot = Sums.dot(y.segment(), yo, gy.segment(), go, width, lanes);
            long xo = 4 * walk.at(2, row);
            gradient(y.segment(), yo, gy.segment(), go, dot, gx.segment(), xo, width);
          }
        });
  }

  private static void gradient(
      MemorySegment y,
      long yo,
      MemorySegment g,
      long go,
      float dot,
      MemorySegment x,
      long xo,
      int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      long p = 4L * i;
      store(load(g, go + p).sub(dot).mul(load(y, yo + p)), x, xo + p);
    }
    if (i < n) {
      long p = 4L * i;
      VectorMask<Float> some = Floats.first(n - i);
      store(load(g, go + p, some).sub(dot).mul(load(y, yo + p, some)), x, xo + p, some);
    }
  }
}
