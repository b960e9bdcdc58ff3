package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.S;
import static framepack.tensor.cpu.Floats.W;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import framepack.tensor.core.View;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import java.lang.foreign.MemorySegment;
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

  /// Some elements on their way from gy to gx: `count` of them from these bytes on, on the heap padded to whole vectors.
  private static final class Block {
    private final MemorySegment x;
    private final MemorySegment gy;
    private final MemorySegment gx;
    private final float[] in;
    private final float[] g;

    /// What one stage leaves for the next.
    private final float[] e;

    private long xAt;
    private long gyAt;
    private long gxAt;
    private int count;

    Block(View x, View gy, View gx, Scratch own) {
      this.x = x.segment();
      this.gy = gy.segment();
      this.gx = gx.segment();
      this.in = own.floats(X, BLOCK);
      this.g = own.floats(GRADIENT, BLOCK);
      this.e = own.floats(SPARE, BLOCK);
    }

    void read() {
      Floats.read(x, xAt, in, 0, count);
      Floats.read(gy, gyAt, g, 0, count);
    }

    void write() {
      Floats.write(g, 0, count, gx, gxAt);
    }
  }

  /// What happens to a block. Reading and writing are stages as well, so that the place that calls them always sees three and
  /// more: the compiler inlines two, which is too much, and boxes every vector. A derivative too long for one loop has two.
  @FunctionalInterface
  private interface Stage {
    void run(Block block);
  }

  static void run(UnaryBackward op, Call call) {
    View x = call.rows(0);
    View gy = call.rows(1);
    View gx = call.out(0);
    Stage[] stages = stages(op.function());
    Walk walk = Walk.over(x.layout(), gy.layout(), gx.layout());
    walk.forEachOwned(
        call,
        (row, from, count, own) -> {
          Block block = new Block(x, gy, gx, own);
          for (int i = 0; i < count; i += BLOCK) {
            block.count = Math.min(BLOCK, count - i);
            block.xAt = 4 * (walk.at(0, row) + from + i);
            block.gyAt = 4 * (walk.at(1, row) + from + i);
            block.gxAt = 4 * (walk.at(2, row) + from + i);
            for (Stage stage : stages) {
              stage.run(block);
            }
          }
        });
  }

  private static Stage[] stages(UnaryFunction f) {
    return switch (f) {
      case NEG -> between(UnaryBackwardCpu::neg);
      case ABS -> between(UnaryBackwardCpu::abs);
      case SQUARE -> between(UnaryBackwardCpu::square);
      case SQRT -> between(UnaryBackwardCpu::sqrt);
      case RECIPROCAL -> between(UnaryBackwardCpu::reciprocal);
      case EXP -> between(UnaryBackwardCpu::exp);
      case LOG -> between(UnaryBackwardCpu::log);
      case TANH -> between(UnaryBackwardCpu::tanh);
      case SIGMOID -> between(UnaryBackwardCpu::sigmoid);
      case SILU -> between(UnaryBackwardCpu::silu);
      case GELU_TANH -> between(UnaryBackwardCpu::geluPowers, UnaryBackwardCpu::geluTanh);
      case QUICK_GELU -> between(UnaryBackwardCpu::quickSigmoid, UnaryBackwardCpu::quickGelu);
      case GELU_EXACT -> between(UnaryBackwardCpu::density, UnaryBackwardCpu::geluExact);
      case SIN -> between(UnaryBackwardCpu::sin);
      case COS -> between(UnaryBackwardCpu::cos);
    };
  }

  private static Stage[] between(Stage... derivative) {
    Stage[] all = new Stage[derivative.length + 2];
    System.arraycopy(derivative, 0, all, 1, derivative.length);
    all[0] = Block::read;
    all[all.length - 1] = Block::write;
    return all;
  }

  private static void neg(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector gy = fromArray(S, b.g, i);
      gy.neg().intoArray(b.g, i);
    }
  }

  private static void abs(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      FloatVector signed = gy.blend(gy.neg(), x.lt(0));
      signed.blend(0f, x.eq(0)).intoArray(b.g, i);
    }
  }

  private static void square(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      gy.mul(x.add(x)).intoArray(b.g, i);
    }
  }

  private static void sqrt(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      gy.mul(0.5f).div(x.sqrt()).intoArray(b.g, i);
    }
  }

  private static void reciprocal(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      gy.neg().div(x.mul(x)).intoArray(b.g, i);
    }
  }

  private static void exp(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      gy.mul(LaneMath.exp(x)).intoArray(b.g, i);
    }
  }

  private static void log(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      gy.div(x).intoArray(b.g, i);
    }
  }

  private static void tanh(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      FloatVector t = LaneMath.tanh(x);
      gy.mul(t.neg().fma(t, broadcast(S, 1))).intoArray(b.g, i);
    }
  }

  private static void sigmoid(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      FloatVector s = LaneMath.sigmoid(x);
      gy.mul(s.neg().fma(s, s)).intoArray(b.g, i);
    }
  }

  /// `s + x s (1 - s)` with `s = sigmoid(x)`.
  private static void silu(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector gy = fromArray(S, b.g, i);
      FloatVector s = LaneMath.sigmoid(x);
      gy.mul(x.mul(s).fma(s.neg().add(1), s)).intoArray(b.g, i);
    }
  }

  /// `exp(-2 u)` into e.
  private static void geluPowers(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector u = x.mul(x).mul(x).fma(broadcast(S, CUBE), x).mul(-2 * ROOT);
      LaneMath.exp(u.blend(FAR, broadcast(S, FAR).lt(u))).intoArray(b.e, i);
    }
  }

  /// `s + x s (1 - s) 2 u'` with `s = sigmoid(2 u)`, where `s (1 - s)` is `exp(-2 u) s²`, which does not cancel.
  private static void geluTanh(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector power = fromArray(S, b.e, i);
      FloatVector s = broadcast(S, 1).div(power.add(1));
      FloatVector slope = x.mul(x).fma(broadcast(S, 6 * CUBE * ROOT), broadcast(S, 2 * ROOT));
      FloatVector bend = power.mul(s).mul(slope).mul(x);
      fromArray(S, b.g, i).mul(bend.fma(s, s)).intoArray(b.g, i);
    }
  }

  /// `sigmoid(1.702 x)` into e.
  private static void quickSigmoid(Block b) {
    for (int i = 0; i < b.count; i += W) {
      LaneMath.sigmoid(fromArray(S, b.in, i).mul(1.702f)).intoArray(b.e, i);
    }
  }

  /// `s + z s (1 - s)` with `z = 1.702 x` and `s = sigmoid(z)`.
  private static void quickGelu(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector z = fromArray(S, b.in, i).mul(1.702f);
      FloatVector s = fromArray(S, b.e, i);
      FloatVector slope = z.mul(s).fma(s.neg().add(1), s);
      fromArray(S, b.g, i).mul(slope).intoArray(b.g, i);
    }
  }

  /// The normal density into e.
  private static void density(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      LaneMath.exp2(x.mul(x).mul(-0.5f * LaneMath.LOG2E)).mul(DENSITY).intoArray(b.e, i);
    }
  }

  private static void geluExact(Block b) {
    for (int i = 0; i < b.count; i += W) {
      FloatVector x = fromArray(S, b.in, i);
      FloatVector below = LaneMath.erf(x.mul(INVERSE_ROOT)).add(1).mul(0.5f);
      fromArray(S, b.g, i).mul(x.fma(fromArray(S, b.e, i), below)).intoArray(b.g, i);
    }
  }

  private static void sin(Block b) {
    for (int i = 0; i < b.count; i++) {
      b.g[i] = (float) (b.g[i] * Math.cos(b.in[i]));
    }
  }

  private static void cos(Block b) {
    for (int i = 0; i < b.count; i++) {
      b.g[i] = (float) (b.g[i] * -Math.sin(b.in[i]));
    }
  }
}
