package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.Accumulate;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// target[i] += factor x[i]
///
/// shapes  : target, x any layout
/// assumes : the elements of target are distinct
/// error   : one rounding, of factor to f32 besides
/// work    : 12 bytes an element -> memory bound
/// source  : the contract of [framepack.tensor.op.Accumulate]
final class AccumulateCpu {
  private AccumulateCpu() {}

  static void run(Accumulate op, Call call) {
    View target = call.in(0);
    View x = call.rows(1);
    float factor = (float) op.factor();
    Walk walk = Walk.inPlace(target.layout(), x.layout());
    walk.forEach(
        call,
        (row, from, count) -> {
          long to = 4 * (walk.at(0, row) + from);
          long at = 4 * (walk.at(1, row) + from);
          add(target.segment(), to, x.segment(), at, factor, count);
        });
  }

  private static void add(
      MemorySegment y, long yo, MemorySegment x, long xo, float factor, int count) {
    FloatVector a = Floats.all(factor);
    long whole = count / Floats.W * (long) STEP;
    for (long i = 0; i < whole; i += STEP) {
      store(load(x, xo + i).fma(a, load(y, yo + i)), y, yo + i);
    }
    if (whole < 4L * count) {
      VectorMask<Float> some = Floats.first(count % Floats.W);
      FloatVector sum = load(x, xo + whole, some).fma(a, load(y, yo + whole, some));
      store(sum, y, yo + whole, some);
    }
  }
}
