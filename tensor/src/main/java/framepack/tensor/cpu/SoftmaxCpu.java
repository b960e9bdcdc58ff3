package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// y[r, c] = exp(x[r, c] - max_c x[r, c]) / sum_c exp(..)
///
/// shapes  : x [.., width] any layout, y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first
/// error   : 2 ulp and the rounding of the sum
/// work    : three passes over a row in cache, one exp an element
/// source  : the contract of [framepack.tensor.op.Softmax]
final class SoftmaxCpu {
  private SoftmaxCpu() {}

  static void run(Call call) {
    View x = call.rows(0);
    View y = call.out(0);
    Walk walk = Walk.rows(x.layout(), y.layout());
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(1, walk.rows(), width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            long xo = 4 * walk.at(0, row);
            long yo = 4 * walk.at(1, row);
            float max = max(x.segment(), xo, width);
            float sum = exponentials(x.segment(), xo, y.segment(), yo, width, max);
            scale(y.segment(), yo, width, 1 / sum);
          }
        });
  }

  private static float max(MemorySegment x, long at, int n) {
    FloatVector max = Floats.all(Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector v = load(x, at + 4L * i);
      max = max.blend(v, max.lt(v));
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector v = load(x, at + 4L * i, some);
      max = max.blend(v, max.lt(v).and(some));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  private static float exponentials(
      MemorySegment x, long xo, MemorySegment y, long yo, int n, float max) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector e = LaneMath.exp(load(x, xo + 4L * i).sub(max));
      sum = sum.add(e);
      store(e, y, yo + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector e = LaneMath.exp(load(x, xo + 4L * i, some).sub(max));
      sum = sum.add(e, some);
      store(e, y, yo + 4L * i, some);
    }
    return Floats.across(sum);
  }

  private static void scale(MemorySegment y, long at, int n, float factor) {
    int i = 0;
    for (; i <= n - W; i += W) {
      store(load(y, at + 4L * i).mul(factor), y, at + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      store(load(y, at + 4L * i, some).mul(factor), y, at + 4L * i, some);
    }
  }
}
