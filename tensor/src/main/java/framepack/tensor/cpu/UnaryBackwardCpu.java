package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;

import framepack.tensor.core.View;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/// gx[i] = gy[i] f'(x[i])
///
/// shapes  : x, gy any layout, gx dense
/// assumes : nothing; operands without a contiguous innermost axis are copied first; blocks pass through the heap, where a
///           vector access is small enough for the compiler to inline the long polynomials around it
/// error   : a few ulp of the largest term of f', see LaneMath; sin and cos are computed in double
/// work    : 12 bytes an element -> memory bound for the short polynomials
/// source  : the derivatives, written out as in the reference
final class UnaryBackwardCpu {
  /// Elements of a block: x, gy and what is between them stay in the first-level cache.
  private static final int BLOCK = 2048;

  private static final int X = Scratch.FIRST_FREE;
  private static final int GRADIENT = Scratch.FIRST_FREE + 1;
  private static final int SPARE = Scratch.FIRST_FREE + 2;

  /// sqrt(2 / pi) and the cubic coefficient of the tanh form of GELU.
  private static final float ROOT = 0.7978845608f;

  private static final float CUBE = 0.044715f;

  /// From here on the sigmoid is its exponential, and there is no overflow yet.
  private static final float FAR = 80f;

  /// 1 / sqrt(2) and 1 / sqrt(2 pi).
  private static final float INVERSE_ROOT = 0.70710678118f;

  private static final float DENSITY = 0.3989422804f;

  private UnaryBackwardCpu() {}

  /// Turns gy into gx on whole vectors of heap blocks, with a third block to use. An interface, so that the compiler keeps
  /// the loops apart; two of them where one would be too much for it to inline, which boxes every vector.
  @FunctionalInterface
  private interface Loop {
    void run(float[] x, float[] g, float[] e, int count);
  }

  static void run(UnaryBackward op, Call call) {
    View x = call.rows(0);
    View gy = call.rows(1);
    View gx = call.out(0);
    List<Loop> loops = loops(op.function());
    Walk walk = Walk.over(x.layout(), gy.layout(), gx.layout());
    walk.forEachOwned(
        call,
        (row, from, count, own) -> {
          float[] values = own.floats(X, BLOCK);
          float[] gradient = own.floats(GRADIENT, BLOCK);
          float[] spare = own.floats(SPARE, BLOCK);
          for (int i = 0; i < count; i += BLOCK) {
            int n = Math.min(BLOCK, count - i);
            Floats.read(x.segment(), 4 * (walk.at(0, row) + from + i), values, 0, n);
            Floats.read(gy.segment(), 4 * (walk.at(1, row) + from + i), gradient, 0, n);
            for (Loop loop : loops) {
              loop.run(values, gradient, spare, n);
            }
            Floats.write(gradient, 0, n, gx.segment(), 4 * (walk.at(2, row) + from + i));
          }
        });
  }

  private static List<Loop> loops(UnaryFunction f) {
    return switch (f) {
      case NEG -> List.of(UnaryBackwardCpu::neg);
      case ABS -> List.of(UnaryBackwardCpu::abs);
      case SQUARE -> List.of(UnaryBackwardCpu::square);
      case SQRT -> List.of(UnaryBackwardCpu::sqrt);
      case RECIPROCAL -> List.of(UnaryBackwardCpu::reciprocal);
      case EXP -> List.of(UnaryBackwardCpu::exp);
      case LOG -> List.of(UnaryBackwardCpu::log);
      case TANH -> List.of(UnaryBackwardCpu::tanh);
      case SIGMOID -> List.of(UnaryBackwardCpu::sigmoid);
      case SILU -> List.of(UnaryBackwardCpu::silu);
      case GELU_TANH -> List.of(UnaryBackwardCpu::geluPowers, UnaryBackwardCpu::geluTanh);
      case QUICK_GELU -> List.of(UnaryBackwardCpu::quickSigmoid, UnaryBackwardCpu::quickGelu);
      case GELU_EXACT -> List.of(UnaryBackwardCpu::density, UnaryBackwardCpu::geluExact);
      case SIN -> List.of(UnaryBackwardCpu::sin);
      case COS -> List.of(UnaryBackwardCpu::cos);
    };
  }

  /// Derivative of `z sigmoid(z)` with `s = sigmoid(z)`.
  private static FloatVector gated(FloatVector z, FloatVector s) {
    return z.mul(s).fma(s.neg().add(1), s);
  }

  private static void neg(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector gy = load(g, i);
      gy.neg().intoArray(g, i);
    }
  }

  private static void abs(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      FloatVector signed = gy.blend(gy.neg(), x.lt(0));
      signed.blend(0f, x.eq(0)).intoArray(g, i);
    }
  }

  private static void square(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      gy.mul(x.add(x)).intoArray(g, i);
    }
  }

  private static void sqrt(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      gy.mul(0.5f).div(x.sqrt()).intoArray(g, i);
    }
  }

  private static void reciprocal(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      gy.neg().div(x.mul(x)).intoArray(g, i);
    }
  }

  private static void exp(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      gy.mul(LaneMath.exp(x)).intoArray(g, i);
    }
  }

  private static void log(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      gy.div(x).intoArray(g, i);
    }
  }

  private static void tanh(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      FloatVector t = LaneMath.tanh(x);
      gy.mul(t.neg().fma(t, Floats.all(1))).intoArray(g, i);
    }
  }

  private static void sigmoid(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      FloatVector s = LaneMath.sigmoid(x);
      gy.mul(s.neg().fma(s, s)).intoArray(g, i);
    }
  }

  private static void silu(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector gy = load(g, i);
      gy.mul(gated(x, LaneMath.sigmoid(x))).intoArray(g, i);
    }
  }

  /// `exp(-2 u)` into e.
  private static void geluPowers(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector u = x.mul(x).mul(x).fma(Floats.all(CUBE), x).mul(-2 * ROOT);
      LaneMath.exp(u.blend(FAR, Floats.all(FAR).lt(u))).intoArray(e, i);
    }
  }

  /// `s + x s (1 - s) 2 u'` with `s = sigmoid(2 u)`, where `s (1 - s)` is `exp(-2 u) s²`, which does not cancel.
  private static void geluTanh(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector power = load(e, i);
      FloatVector s = Floats.all(1).div(power.add(1));
      FloatVector slope = x.mul(x).fma(Floats.all(6 * CUBE * ROOT), Floats.all(2 * ROOT));
      FloatVector bend = power.mul(s).mul(slope).mul(x);
      load(g, i).mul(bend.fma(s, s)).intoArray(g, i);
    }
  }

  /// `sigmoid(1.702 x)` into e.
  private static void quickSigmoid(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      LaneMath.sigmoid(load(in, i).mul(1.702f)).intoArray(e, i);
    }
  }

  private static void quickGelu(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      load(g, i).mul(gated(load(in, i).mul(1.702f), load(e, i))).intoArray(g, i);
    }
  }

  /// The normal density into e.
  private static void density(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      LaneMath.exp(x.mul(x).mul(-0.5f)).mul(DENSITY).intoArray(e, i);
    }
  }

  private static void geluExact(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i += W) {
      FloatVector x = load(in, i);
      FloatVector below = LaneMath.erf(x.mul(INVERSE_ROOT)).add(1).mul(0.5f);
      load(g, i).mul(x.fma(load(e, i), below)).intoArray(g, i);
    }
  }

  private static void sin(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i++) {
      g[i] = (float) (g[i] * Math.cos(in[i]));
    }
  }

  private static void cos(float[] in, float[] g, float[] e, int count) {
    for (int i = 0; i < count; i++) {
      g[i] = (float) (g[i] * -Math.sin(in[i]));
    }
  }
}
