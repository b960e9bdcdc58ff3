package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.all;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.AdamW;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g²;  p = p (1 - lr wd) - lr' m / (sqrt(v) / c2 + eps)
/// with lr' = lr / (1 - b1^step) and c2 = sqrt(1 - b2^step)
///
/// shapes  : parameter p, gradient g, m, v any layout
/// assumes : the elements of p, m and v are distinct
/// error   : a few roundings of the update; the factors are computed in double and rounded once
/// work    : 28 bytes an element -> memory bound
/// source  : arXiv:1711.05101; torch.optim.AdamW
final class AdamWCpu {
  private final float scale;
  private final float shareM;
  private final float shareV;
  private final float keep;
  private final float rate;
  private final float inverseCorrection;
  private final float eps;

  private AdamWCpu(AdamW op) {
    scale = (float) op.gradientScale();
    shareM = (float) (1 - op.beta1());
    shareV = (float) (1 - op.beta2());
    keep = (float) (1 - op.learningRate() * op.weightDecay());
    rate = (float) (-op.learningRate() / (1 - Math.pow(op.beta1(), op.step())));
    inverseCorrection = (float) (1 / Math.sqrt(1 - Math.pow(op.beta2(), op.step())));
    eps = (float) op.eps();
  }

  static void run(AdamW op, Call call) {
    AdamWCpu step = new AdamWCpu(op);
    View p = call.in(0);
    View g = call.rows(1);
    View m = call.in(2);
    View v = call.in(3);
    Walk walk = Walk.inPlace(p.layout(), g.layout(), m.layout(), v.layout());
    walk.forEach(
        call,
        (row, from, count) -> {
          long po = 4 * (walk.at(0, row) + from);
          long go = 4 * (walk.at(1, row) + from);
          long mo = 4 * (walk.at(2, row) + from);
          long vo = 4 * (walk.at(3, row) + from);
          long whole = count / Floats.W * (long) STEP;
          for (long i = 0; i < whole; i += STEP) {
            step.update(
                p.segment(), po + i, g.segment(), go + i, m.segment(), mo + i, v.segment(), vo + i);
          }
          if (whole < 4L * count) {
            step.rest(
                p.segment(),
                po + whole,
                g.segment(),
                go + whole,
                m.segment(),
                mo + whole,
                v.segment(),
                vo + whole,
                Floats.first(count % Floats.W));
          }
        });
  }

  private void update(
      MemorySegment p,
      long po,
      MemorySegment g,
      long go,
      MemorySegment m,
      long mo,
      MemorySegment v,
      long vo) {
    FloatVector gradient = load(g, go).mul(scale);
    FloatVector first = average(load(m, mo), gradient, shareM);
    FloatVector second = average(load(v, vo), gradient.mul(gradient), shareV);
    store(first, m, mo);
    store(second, v, vo);
    store(moved(load(p, po), first, second), p, po);
  }

  private void rest(
      MemorySegment p,
      long po,
      MemorySegment g,
      long go,
      MemorySegment m,
      long mo,
      MemorySegment v,
      long vo,
      VectorMask<Float> some) {
    FloatVector gradient = load(g, go, some).mul(scale);
    FloatVector first = average(load(m, mo, some), gradient, shareM);
    FloatVector second = average(load(v, vo, some), gradient.mul(gradient), shareV);
    store(first, m, mo, some);
    store(second, v, vo, some);
    store(moved(load(p, po, some), first, second), p, po, some);
  }

  private static FloatVector average(FloatVector old, FloatVector next, float share) {
    return next.sub(old).fma(all(share), old);
  }

  private FloatVector moved(FloatVector p, FloatVector first, FloatVector second) {
    FloatVector spread = second.sqrt().fma(all(inverseCorrection), all(eps));
    return first.div(spread).fma(all(rate), p.mul(keep));
  }
}
