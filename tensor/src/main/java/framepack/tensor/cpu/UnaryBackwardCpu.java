package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;
import static framepack.tensor.cpu.UnaryCpu.CUBE;
import static framepack.tensor.cpu.UnaryCpu.INVERSE_ROOT;
import static framepack.tensor.cpu.UnaryCpu.ROOT;

import framepack.tensor.core.View;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// gx[i] = gy[i] f'(x[i])
///
/// shapes  : x, gy any layout, gx dense
/// assumes : nothing; operands without a contiguous innermost axis are copied first
/// error   : a few ulp of the largest term of f', see LaneMath; sin and cos are computed in double
/// work    : 12 bytes an element -> memory bound for the short polynomials
/// source  : the derivatives, written out as in the reference
final class UnaryBackwardCpu {
  /// 1 / sqrt(2 pi).
  private static final float DENSITY = 0.3989422804f;

  private UnaryBackwardCpu() {}

  static void run(UnaryBackward op, Call call) {
    View x = call.rows(0);
    View gy = call.rows(1);
    View gx = call.out(0);
    Loop loop = loop(op.function());
    Walk walk = Walk.over(x.layout(), gy.layout(), gx.layout());
    walk.forEach(
        call,
        (row, from, count) -> {
          long xo = 4 * (walk.at(0, row) + from);
          long go = 4 * (walk.at(1, row) + from);
          long yo = 4 * (walk.at(2, row) + from);
          int whole = count / Floats.W * Floats.W;
          long done = 4L * whole;
          loop.run(x.segment(), xo, gy.segment(), go, gx.segment(), yo, done);
          if (whole < count) {
            rest(
                op.function(),
                x.segment(),
                xo + done,
                gy.segment(),
                go + done,
                gx.segment(),
                yo + done,
                count - whole);
          }
        });
  }

  /// One loop over whole vectors; `bytes` is a multiple of a vector's. See [UnaryCpu] for why it is an interface.
  @FunctionalInterface
  private interface Loop {
    void run(
        MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes);
  }

  private static Loop loop(UnaryFunction f) {
    return switch (f) {
      case NEG -> UnaryBackwardCpu::neg;
      case ABS -> UnaryBackwardCpu::abs;
      case SQUARE -> UnaryBackwardCpu::square;
      case SQRT -> UnaryBackwardCpu::sqrt;
      case RECIPROCAL -> UnaryBackwardCpu::reciprocal;
      case EXP -> UnaryBackwardCpu::exp;
      case LOG -> UnaryBackwardCpu::log;
      case TANH -> UnaryBackwardCpu::tanh;
      case SIGMOID -> UnaryBackwardCpu::sigmoid;
      case SILU -> UnaryBackwardCpu::silu;
      case GELU_TANH -> UnaryBackwardCpu::geluTanh;
      case GELU_EXACT -> UnaryBackwardCpu::geluExact;
      case QUICK_GELU -> UnaryBackwardCpu::quickGelu;
      case SIN, COS ->
          (x, xo, g, go, y, yo, bytes) -> slow(f, x, xo, g, go, y, yo, (int) (bytes / 4));
    };
  }

  private static void rest(
      UnaryFunction f,
      MemorySegment x,
      long xo,
      MemorySegment g,
      long go,
      MemorySegment y,
      long yo,
      int count) {
    VectorMask<Float> some = Floats.first(count);
    switch (f) {
      case SIN, COS -> slow(f, x, xo, g, go, y, yo, count);
      default -> store(apply(f, load(x, xo, some), load(g, go, some)), y, yo, some);
    }
  }

  /// For the last few elements: here the choice is made for every vector.
  private static FloatVector apply(UnaryFunction f, FloatVector x, FloatVector gy) {
    return switch (f) {
      case NEG -> neg(x, gy);
      case ABS -> abs(x, gy);
      case SQUARE -> square(x, gy);
      case SQRT -> sqrt(x, gy);
      case RECIPROCAL -> reciprocal(x, gy);
      case EXP -> exp(x, gy);
      case LOG -> log(x, gy);
      case TANH -> tanh(x, gy);
      case SIGMOID -> sigmoid(x, gy);
      case SILU -> silu(x, gy);
      case GELU_TANH -> geluTanh(x, gy);
      case GELU_EXACT -> geluExact(x, gy);
      case QUICK_GELU -> quickGelu(x, gy);
      case SIN, COS -> throw new IllegalStateException(f + " has no vector form");
    };
  }

  private static void slow(
      UnaryFunction f,
      MemorySegment x,
      long xo,
      MemorySegment g,
      long go,
      MemorySegment y,
      long yo,
      int count) {
    for (int i = 0; i < count; i++) {
      double v = Floats.get(x, xo + 4L * i);
      double slope = f == UnaryFunction.SIN ? Math.cos(v) : -Math.sin(v);
      Floats.set(y, yo + 4L * i, (float) (Floats.get(g, go + 4L * i) * slope));
    }
  }

  /// Derivative of `z sigmoid(z)` with `s = sigmoid(z)`.
  private static FloatVector gated(FloatVector z, FloatVector s) {
    return z.mul(s).fma(s.neg().add(1), s);
  }

  private static FloatVector neg(FloatVector x, FloatVector gy) {
    return gy.neg();
  }

  private static void neg(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(neg(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector abs(FloatVector x, FloatVector gy) {
    FloatVector signed = gy.blend(gy.neg(), x.lt(0));
    return signed.blend(0f, x.eq(0));
  }

  private static void abs(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(abs(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector square(FloatVector x, FloatVector gy) {
    return gy.mul(x.add(x));
  }

  private static void square(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(square(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector sqrt(FloatVector x, FloatVector gy) {
    return gy.mul(0.5f).div(x.sqrt());
  }

  private static void sqrt(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(sqrt(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector reciprocal(FloatVector x, FloatVector gy) {
    return gy.neg().div(x.mul(x));
  }

  private static void reciprocal(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(reciprocal(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector exp(FloatVector x, FloatVector gy) {
    return gy.mul(LaneMath.exp(x));
  }

  private static void exp(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(exp(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector log(FloatVector x, FloatVector gy) {
    return gy.div(x);
  }

  private static void log(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(log(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector tanh(FloatVector x, FloatVector gy) {
    FloatVector t = LaneMath.tanh(x);
    return gy.mul(t.neg().fma(t, Floats.all(1)));
  }

  private static void tanh(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(tanh(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector sigmoid(FloatVector x, FloatVector gy) {
    FloatVector s = LaneMath.sigmoid(x);
    return gy.mul(s.neg().fma(s, s));
  }

  private static void sigmoid(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(sigmoid(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector silu(FloatVector x, FloatVector gy) {
    return gy.mul(gated(x, LaneMath.sigmoid(x)));
  }

  private static void silu(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(silu(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  /// `s + 2 x s (1 - s) u'` with `s = sigmoid(2 u)`, both factors from `exp(-|2 u|)`, so that neither cancels.
  private static FloatVector geluTanh(FloatVector x, FloatVector gy) {
    FloatVector square = x.mul(x);
    FloatVector u = square.mul(x).fma(Floats.all(CUBE), x).mul(2 * ROOT);
    FloatVector e = LaneMath.exp(u.abs().neg());
    FloatVector high = Floats.all(1).div(e.add(1));
    FloatVector low = e.mul(high);
    FloatVector slope = square.fma(Floats.all(6 * CUBE * ROOT), Floats.all(2 * ROOT));
    FloatVector bend = high.mul(low).mul(slope).mul(x);
    return gy.mul(bend.add(high.blend(low, u.lt(0))));
  }

  private static void geluTanh(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(geluTanh(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector geluExact(FloatVector x, FloatVector gy) {
    FloatVector below = LaneMath.erf(x.mul(INVERSE_ROOT)).add(1).mul(0.5f);
    FloatVector density = LaneMath.exp(x.mul(x).mul(-0.5f)).mul(DENSITY);
    return gy.mul(x.fma(density, below));
  }

  private static void geluExact(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(geluExact(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }

  private static FloatVector quickGelu(FloatVector x, FloatVector gy) {
    FloatVector scaled = x.mul(1.702f);
    return gy.mul(gated(scaled, LaneMath.sigmoid(scaled)));
  }

  private static void quickGelu(
      MemorySegment x, long xo, MemorySegment g, long go, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(quickGelu(load(x, xo + i), load(g, go + i)), y, yo + i);
    }
  }
}
