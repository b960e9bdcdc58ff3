package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;

import framepack.tensor.core.View;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryFunction;
import jdk.incubator.vector.FloatVector;

/// y[i] = f(x[i])
///
/// shapes  : x any layout, y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first; blocks pass through the heap, where a
///           vector access is small enough for the compiler to inline the long polynomials around it
/// error   : a few ulp, see LaneMath; sin and cos are computed in double, one element at a time, because their
///           vector forms differ between the interpreter and the compilers
/// work    : 8 bytes an element -> memory bound for the short polynomials
/// source  : LaneMath
final class UnaryCpu {
  /// Elements of a block: x and y stay in the first-level cache.
  static final int BLOCK = 2048;

  private static final int X = Scratch.FIRST_FREE;

  private UnaryCpu() {}

  /// In place on whole vectors of a heap block. An interface, so that the compiler keeps the loops apart.
  @FunctionalInterface
  private interface Loop {
    void run(float[] x, int count);
  }

  static void run(Unary op, Call call) {
    View x = call.rows(0);
    View y = call.out(0);
    Loop loop = loop(op.function());
    Walk walk = Walk.over(x.layout(), y.layout());
    walk.forEachOwned(
        call,
        (row, from, count, own) -> {
          float[] block = own.floats(X, BLOCK);
          for (int i = 0; i < count; i += BLOCK) {
            int n = Math.min(BLOCK, count - i);
            Floats.read(x.segment(), 4 * (walk.at(0, row) + from + i), block, 0, n);
            loop.run(block, n);
            Floats.write(block, 0, n, y.segment(), 4 * (walk.at(1, row) + from + i));
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

  private static void neg(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      x.neg().intoArray(y, i);
    }
  }

  private static void abs(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      x.abs().intoArray(y, i);
    }
  }

  private static void square(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      x.mul(x).intoArray(y, i);
    }
  }

  private static void sqrt(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      x.sqrt().intoArray(y, i);
    }
  }

  private static void reciprocal(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      Floats.all(1).div(x).intoArray(y, i);
    }
  }

  private static void exp(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      LaneMath.exp(x).intoArray(y, i);
    }
  }

  private static void tanh(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      LaneMath.tanh(x).intoArray(y, i);
    }
  }

  private static void sigmoid(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      LaneMath.sigmoid(x).intoArray(y, i);
    }
  }

  private static void silu(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      LaneMath.silu(x).intoArray(y, i);
    }
  }

  private static void geluTanh(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      LaneMath.geluTanh(x).intoArray(y, i);
    }
  }

  private static void geluExact(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      LaneMath.geluExact(x).intoArray(y, i);
    }
  }

  private static void quickGelu(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(y, i);
      x.mul(LaneMath.sigmoid(x.mul(1.702f))).intoArray(y, i);
    }
  }

  private static void log(float[] y, int count) {
    for (int i = 0; i < count; i += W) {
      LaneMath.log(load(y, i)).intoArray(y, i);
    }
  }

  private static void sin(float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = (float) Math.sin(y[i]);
    }
  }

  private static void cos(float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = (float) Math.cos(y[i]);
    }
  }
}
