package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryFunction;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// y[i] = f(x[i])
///
/// shapes  : x any layout, y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first
/// error   : a few ulp, see LaneMath; log, sin and cos are computed in double, one element at a time
/// work    : 8 bytes an element -> memory bound for the short polynomials
/// source  : LaneMath; one loop a function, because a call chosen inside the loop would box its vectors
final class UnaryCpu {
  /// sqrt(2 / pi), of the tanh form of GELU.
  static final float ROOT = 0.7978845608f;

  /// The cubic coefficient of the same.
  static final float CUBE = 0.044715f;

  /// 1 / sqrt(2).
  static final float INVERSE_ROOT = 0.70710678118f;

  private UnaryCpu() {}

  static void run(Unary op, Call call) {
    View x = call.rows(0);
    View y = call.out(0);
    Loop loop = loop(op.function());
    Walk walk = Walk.over(x.layout(), y.layout());
    walk.forEach(
        call,
        (row, from, count) -> {
          long xo = 4 * (walk.at(0, row) + from);
          long yo = 4 * (walk.at(1, row) + from);
          int whole = count / Floats.W * Floats.W;
          loop.run(x.segment(), xo, y.segment(), yo, 4L * whole);
          if (whole < count) {
            rest(
                op.function(),
                x.segment(),
                xo + 4L * whole,
                y.segment(),
                yo + 4L * whole,
                count - whole);
          }
        });
  }

  /// One loop over whole vectors; `bytes` is a multiple of a vector's. Called through this interface so that the compiler
  /// keeps the loops apart: in one method together they are too much for it to inline.
  @FunctionalInterface
  private interface Loop {
    void run(MemorySegment x, long xo, MemorySegment y, long yo, long bytes);
  }

  private static Loop loop(UnaryFunction f) {
    return switch (f) {
      case NEG -> UnaryCpu::neg;
      case ABS -> UnaryCpu::abs;
      case SQUARE -> UnaryCpu::square;
      case SQRT -> UnaryCpu::sqrt;
      case RECIPROCAL -> UnaryCpu::reciprocal;
      case EXP -> UnaryCpu::exp;
      case TANH -> UnaryCpu::tanh;
      case SIGMOID -> UnaryCpu::sigmoid;
      case SILU -> UnaryCpu::silu;
      case GELU_TANH -> UnaryCpu::geluTanh;
      case GELU_EXACT -> UnaryCpu::geluExact;
      case QUICK_GELU -> UnaryCpu::quickGelu;
      case LOG, SIN, COS -> (x, xo, y, yo, bytes) -> slow(f, x, xo, y, yo, (int) (bytes / 4));
    };
  }

  private static void rest(
      UnaryFunction f, MemorySegment x, long xo, MemorySegment y, long yo, int count) {
    VectorMask<Float> some = Floats.first(count);
    switch (f) {
      case LOG, SIN, COS -> slow(f, x, xo, y, yo, count);
      default -> store(apply(f, load(x, xo, some)), y, yo, some);
    }
  }

  /// For the last few elements: here the choice is made for every vector.
  private static FloatVector apply(UnaryFunction f, FloatVector x) {
    return switch (f) {
      case NEG -> neg(x);
      case ABS -> abs(x);
      case SQUARE -> square(x);
      case SQRT -> sqrt(x);
      case RECIPROCAL -> reciprocal(x);
      case EXP -> exp(x);
      case TANH -> tanh(x);
      case SIGMOID -> sigmoid(x);
      case SILU -> silu(x);
      case GELU_TANH -> geluTanh(x);
      case GELU_EXACT -> geluExact(x);
      case QUICK_GELU -> quickGelu(x);
      case LOG, SIN, COS -> throw new IllegalStateException(f + " has no vector form");
    };
  }

  /// The vector forms of these differ between the interpreter and the compilers; the scalar ones do not.
  private static void slow(
      UnaryFunction f, MemorySegment x, long xo, MemorySegment y, long yo, int count) {
    for (int i = 0; i < count; i++) {
      double v = Floats.get(x, xo + 4L * i);
      double result =
          switch (f) {
            case LOG -> Math.log(v);
            case SIN -> Math.sin(v);
            default -> Math.cos(v);
          };
      Floats.set(y, yo + 4L * i, (float) result);
    }
  }

  private static FloatVector neg(FloatVector x) {
    return x.neg();
  }

  private static void neg(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(neg(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector abs(FloatVector x) {
    return x.abs();
  }

  private static void abs(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(abs(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector square(FloatVector x) {
    return x.mul(x);
  }

  private static void square(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(square(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector sqrt(FloatVector x) {
    return x.sqrt();
  }

  private static void sqrt(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(sqrt(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector reciprocal(FloatVector x) {
    return Floats.all(1).div(x);
  }

  private static void reciprocal(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(reciprocal(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector exp(FloatVector x) {
    return LaneMath.exp(x);
  }

  private static void exp(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(exp(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector tanh(FloatVector x) {
    return LaneMath.tanh(x);
  }

  private static void tanh(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(tanh(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector sigmoid(FloatVector x) {
    return LaneMath.sigmoid(x);
  }

  private static void sigmoid(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(sigmoid(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector silu(FloatVector x) {
    return x.mul(LaneMath.sigmoid(x));
  }

  private static void silu(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(silu(load(x, xo + i)), y, yo + i);
    }
  }

  /// `x sigmoid(2 u)`, which equals `0.5 x (1 + tanh u)` and keeps its digits where that is small.
  private static FloatVector geluTanh(FloatVector x) {
    FloatVector u = x.mul(x).mul(x).fma(Floats.all(CUBE), x).mul(ROOT);
    return x.mul(LaneMath.sigmoid(u.add(u)));
  }

  private static void geluTanh(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(geluTanh(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector geluExact(FloatVector x) {
    return x.mul(0.5f).mul(LaneMath.erf(x.mul(INVERSE_ROOT)).add(1));
  }

  private static void geluExact(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(geluExact(load(x, xo + i)), y, yo + i);
    }
  }

  private static FloatVector quickGelu(FloatVector x) {
    return x.mul(LaneMath.sigmoid(x.mul(1.702f)));
  }

  private static void quickGelu(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(quickGelu(load(x, xo + i)), y, yo + i);
    }
  }
}
