package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.ORDER;
import static framepack.tensor.cpu.Floats.S;
import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.W;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import framepack.tensor.core.View;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryFunction;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// y[i] = f(x[i])
///
/// shapes  : x any layout, y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first; nothing is staged, so that memory is read
///           and written while polynomials are computed
/// error   : a few ulp, see LaneMath; sin and cos are computed in double, one element at a time, because their
///           vector forms differ between the interpreter and the compilers
/// work    : 8 bytes an element -> memory bound for the short polynomials
/// source  : LaneMath
final class UnaryCpu {
  /// One vector, for what a row has beyond whole ones.
  private static final int LAST = Scratch.RIGHT;

  private UnaryCpu() {}

  /// y = f(x) on whole vectors. An interface, so that the compiler keeps the loops apart.
  @FunctionalInterface
  private interface Loop {
    void run(MemorySegment x, long xo, MemorySegment y, long yo, long bytes);
  }

  static void run(Unary op, Call call) {
    View x = call.rows(0);
    View y = call.out(0);
    Loop loop = loop(op.function());
    Walk walk = Walk.over(x.layout(), y.layout());
    walk.forEachOwned(
        call,
        (row, from, count, own) -> {
          long xo = 4 * (walk.at(0, row) + from);
          long yo = 4 * (walk.at(1, row) + from);
          long rest = 4L * (count % W);
          long whole = 4L * count - rest;
          loop.run(x.segment(), xo, y.segment(), yo, whole);
          if (rest > 0) {
            MemorySegment vector = own.panels(LAST, W);
            MemorySegment.copy(x.segment(), xo + whole, vector, 0, rest);
            loop.run(vector, 0, vector, 0, STEP);
            MemorySegment.copy(vector, 0, y.segment(), yo + whole, rest);
          }
        });
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
      case LOG -> UnaryCpu::log;
      case SIN -> UnaryCpu::sin;
      case COS -> UnaryCpu::cos;
    };
  }

  private static void neg(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      v.neg().intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void abs(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      v.abs().intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void square(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      v.mul(v).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void sqrt(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      v.sqrt().intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void reciprocal(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      broadcast(S, 1).div(v).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void exp(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      LaneMath.exp(v).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void tanh(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      LaneMath.tanh(v).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void sigmoid(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      LaneMath.sigmoid(v).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void silu(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      LaneMath.silu(v).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void geluTanh(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      LaneMath.geluTanh(v).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void geluExact(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      LaneMath.geluExact(v).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void quickGelu(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector v = fromMemorySegment(S, x, xo + i, ORDER);
      v.div(LaneMath.exp(v.mul(-1.702f)).add(1f)).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void log(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      LaneMath.log(fromMemorySegment(S, x, xo + i, ORDER)).intoMemorySegment(y, yo + i, ORDER);
    }
  }

  private static void sin(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += Float.BYTES) {
      Floats.set(y, yo + i, (float) Math.sin(Floats.get(x, xo + i)));
    }
  }

  private static void cos(MemorySegment x, long xo, MemorySegment y, long yo, long bytes) {
    for (long i = 0; i < bytes; i += Float.BYTES) {
      Floats.set(y, yo + i, (float) Math.cos(Floats.get(x, xo + i)));
    }
  }
}
