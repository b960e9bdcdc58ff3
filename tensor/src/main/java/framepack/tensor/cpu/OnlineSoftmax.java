package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Softmax of a block of scores with queries along the lanes, so that nothing is summed across lanes.
///
/// Vectors of which none of the first `lanes` queries has a share are left as they are. Scores are in units of log 2. A query that has seen no key has the maximum -inf and the sum 0.
/// max and min of the Vector API cost six instructions (their NaN rules): compare and blend cost two.
/// source: arXiv:1805.02867, arXiv:2205.14135.
final class OnlineSoftmax {
  private static final int C = Micro.COLUMNS;
  private static final int W = Lanes.WIDTH;
  private static final int ROWS = 8;
  private static final float NONE = Float.NEGATIVE_INFINITY;

  private OnlineSoftmax() {}

  /// Appends rows of -inf up to a multiple of eight, as the other methods want them.
  static void pad(float[] s, int rows) {
    Arrays.fill(s, rows * C, padded(rows) * C, NONE);
  }

  static int padded(int rows) {
    return (rows + ROWS - 1) / ROWS * ROWS;
  }

  /// Raises the running maxima `top` (from `at` on) by the block; sets `shift` to them, or to 0 where
  /// there is none (-inf - -inf is NaN; any finite number leaves the exponentials zero), and `factor`
  /// to what earlier sums shrink by, both from 0 on.
  static void raise(
      float[] s, int rows, int lanes, float[] top, int at, float[] shift, float[] factor) {
    for (int c = 0; c < lanes; c += W) {
      raiseVector(s, c, padded(rows), top, at + c, shift, factor);
    }
  }

  /// The vector of queries at `c`. Eight rows at a time, and by that too long for the compiler to inline: the caller would
  /// become too large to inline the exponential, and vectors would be boxed.
  private static void raiseVector(
      float[] s, int c, int rows, float[] top, int at, float[] shift, float[] factor) {
    FloatVector before = FloatVector.fromArray(Lanes.FLOATS, top, at);
    FloatVector a = before;
    FloatVector b = a;
    FloatVector d = a;
    FloatVector e = a;
    for (int i = c; i < rows * C; i += ROWS * C) {
      FloatVector s0 = FloatVector.fromArray(Lanes.FLOATS, s, i);
      FloatVector s1 = FloatVector.fromArray(Lanes.FLOATS, s, i + C);
      FloatVector s2 = FloatVector.fromArray(Lanes.FLOATS, s, i + 2 * C);
      FloatVector s3 = FloatVector.fromArray(Lanes.FLOATS, s, i + 3 * C);
      FloatVector s4 = FloatVector.fromArray(Lanes.FLOATS, s, i + 4 * C);
      FloatVector s5 = FloatVector.fromArray(Lanes.FLOATS, s, i + 5 * C);
      FloatVector s6 = FloatVector.fromArray(Lanes.FLOATS, s, i + 6 * C);
      FloatVector s7 = FloatVector.fromArray(Lanes.FLOATS, s, i + 7 * C);
      s0 = s0.blend(s1, s0.lt(s1));
      s2 = s2.blend(s3, s2.lt(s3));
      s4 = s4.blend(s5, s4.lt(s5));
      s6 = s6.blend(s7, s6.lt(s7));
      a = a.blend(s0, a.lt(s0));
      b = b.blend(s2, b.lt(s2));
      d = d.blend(s4, d.lt(s4));
      e = e.blend(s6, e.lt(s6));
    }
    a = a.blend(b, a.lt(b));
    d = d.blend(e, d.lt(e));
    a = a.blend(d, a.lt(d));
    a.intoArray(top, at);
    FloatVector down = a.blend(0f, a.eq(NONE));
    down.intoArray(shift, c);
    LaneMath.exp2(before.sub(down)).intoArray(factor, c);
  }

  /// `to = 2^(s - shift)` in the same order, and `sum = sum * factor` + the column sums of the block.
  static void weigh(
      float[] s,
      int rows,
      int lanes,
      float[] shift,
      float[] factor,
      MemorySegment to,
      float[] sum,
      int at) {
    for (int c = 0; c < lanes; c += W) {
      FloatVector before = FloatVector.fromArray(Lanes.FLOATS, sum, at + c);
      before.mul(FloatVector.fromArray(Lanes.FLOATS, factor, c)).intoArray(sum, at + c);
      Powers.raise(s, c, padded(rows), shift, c, to, sum, at + c);
    }
  }

  /// Multiplies `rows` rows of a block by `factor`, lane by lane.
  static void scale(float[] x, int start, int rows, float[] factor, int at) {
    for (int c = 0; c < C; c += W) {
      FloatVector f = FloatVector.fromArray(Lanes.FLOATS, factor, at + c);
      for (int i = 0; i < rows; i++) {
        int p = start + i * C + c;
        FloatVector.fromArray(Lanes.FLOATS, x, p).mul(f).intoArray(x, p);
      }
    }
  }

  /// Turns maxima and sums into `lse` (natural) and the sums into their inverses; 0 where no key was.
  static void finish(float[] top, float[] sum, int at, float[] lse) {
    for (int c = 0; c < C; c += W) {
      FloatVector total = FloatVector.fromArray(Lanes.FLOATS, sum, at + c);
      FloatVector highest = FloatVector.fromArray(Lanes.FLOATS, top, at + c);
      FloatVector ln2 = FloatVector.broadcast(Lanes.FLOATS, LN2);
      highest.fma(ln2, LaneMath.log(total)).intoArray(lse, c);
      FloatVector.broadcast(Lanes.FLOATS, 1f)
          .div(total)
          .blend(0f, total.eq(0f))
          .intoArray(sum, at + c);
    }
  }

  private static final float LN2 = 0.6931471805599453f;
}
