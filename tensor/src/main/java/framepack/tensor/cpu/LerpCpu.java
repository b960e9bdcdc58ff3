package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.Lerp;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// target[i] = decay target[i] + (1 - decay) x[i], as target + (1 - decay) (x - target)
///
/// shapes  : target, x any layout
/// assumes : the elements of target are distinct
/// error   : two roundings; 1 - decay is rounded to f32, not decay, so that slow averages keep their rate
/// work    : 12 bytes an element -> memory bound
/// source  : the contract of [framepack.tensor.op.Lerp]
final class LerpCpu {
  private LerpCpu() {}

  static void run(Lerp op, Call call) {
    View target = call.in(0);
    View x = call.rows(1);
    float share = (float) (1 - op.decay());
    Walk walk = Walk.inPlace(target.layout(), x.layout());
    walk.forEach(
        call,
        (row, from, count) -> {
          long to = 4 * (walk.at(0, row) + from);
          long at = 4 * (walk.at(1, row) + from);
          mix(target.segment(), to, x.segment(), at, share, count);
        });
  }

  private static void mix(
      MemorySegment y, long yo, MemorySegment x, long xo, float share, int count) {
    FloatVector a = Floats.all(share);
    long whole = count / Floats.W * (long) STEP;
    for (long i = 0; i < whole; i += STEP) {
      FloatVector old = load(y, yo + i);
      store(load(x, xo + i).sub(old).fma(a, old), y, yo + i);
    }
    if (whole < 4L * count) {
      VectorMask<Float> some = Floats.first(count % Floats.W);
      FloatVector old = load(y, yo + whole, some);
      store(load(x, xo + whole, some).sub(old).fma(a, old), y, yo + whole, some);
    }
  }
}
