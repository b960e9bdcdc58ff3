package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.Affine;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// y[i] = factor x[i] + shift
///
/// shapes  : x any layout, y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first
/// error   : one rounding, of factor and shift to f32 besides
/// work    : 8 bytes an element -> memory bound
/// source  : the contract of [framepack.tensor.op.Affine]
final class AffineCpu {
  private AffineCpu() {}

  static void run(Affine op, Call call) {
    View x = call.rows(0);
    View y = call.out(0);
    float factor = (float) op.factor();
    float shift = (float) op.shift();
    Walk walk = Walk.over(x.layout(), y.layout());
    walk.forEach(
        call,
        (row, from, count) -> {
          long xo = 4 * (walk.at(0, row) + from);
          long yo = 4 * (walk.at(1, row) + from);
          affine(x.segment(), xo, factor, shift, y.segment(), yo, count);
        });
  }

  private static void affine(
      MemorySegment x, long xo, float factor, float shift, MemorySegment y, long yo, int count) {
    FloatVector a = Floats.all(factor);
    FloatVector b = Floats.all(shift);
    long whole = count / Floats.W * (long) STEP;
    for (long i = 0; i < whole; i += STEP) {
      store(load(x, xo + i).fma(a, b), y, yo + i);
    }
    if (whole < 4L * count) {
      VectorMask<Float> some = Floats.first(count % Floats.W);
      store(load(x, xo + whole, some).fma(a, b), y, yo + whole, some);
    }
  }
}
