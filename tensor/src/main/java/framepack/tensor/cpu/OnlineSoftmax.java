package framepack.tensor.cpu;

import jdk.incubator.vector.FloatVector;

/// Softmax of a block of scores with queries along the lanes, so that nothing is summed across lanes.
///
/// Scores are in units of log 2. A query that has seen no key has the maximum -inf and the sum 0.
/// max and min of the Vector API cost six instructions (their NaN rules): compare and blend cost two.
/// source: arXiv:1805.02867, arXiv:2205.14135.
final class OnlineSoftmax {
  private static final int C = Micro.COLUMNS;
  private static final int W = Lanes.WIDTH;
  private static final float NONE = Float.NEGATIVE_INFINITY;

  private OnlineSoftmax() {}

  /// Raises the running maxima `top` (from `at` on) by the block and sets `factor` (from 0 on) to what
  /// earlier sums shrink by.
  static void raise(float[] s, int rows, float[] top, float[] factor, int at) {
    for (int c = 0; c < C; c += W) {
      FloatVector before = FloatVector.fromArray(Lanes.FLOATS, top, at + c);
      highest(s, c, rows, top, at + c);
      FloatVector after = FloatVector.fromArray(Lanes.FLOATS, top, at + c);
      LaneMath.exp2(before.sub(finite(after))).intoArray(factor, c);
    }
  }

  private static void highest(float[] s, int c, int rows, float[] top, int at) {
    FloatVector a = FloatVector.fromArray(Lanes.FLOATS, top, at);
    FloatVector b = a;
    int i = 0;
    for (; i <= rows - 2; i += 2) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, s, i * C + c);
      FloatVector y = FloatVector.fromArray(Lanes.FLOATS, s, i * C + C + c);
      a = a.blend(x, a.lt(x));
      b = b.blend(y, b.lt(y));
    }
    if (i < rows) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, s, i * C + c);
      a = a.blend(x, a.lt(x));
    }
    a.blend(b, a.lt(b)).intoArray(top, at);
  }

  /// -inf - -inf is NaN; any finite number in its place leaves the exponentials zero.
  private static FloatVector finite(FloatVector top) {
    return top.blend(0f, top.eq(NONE));
  }

  /// `s = 2^(s - top)`, and `sum = sum * factor` + the column sums of the block.
  static void weigh(float[] s, int rows, float[] top, float[] factor, float[] sum, int at) {
    for (int c = 0; c < C; c += W) {
      FloatVector before = FloatVector.fromArray(Lanes.FLOATS, sum, at + c);
      before.mul(FloatVector.fromArray(Lanes.FLOATS, factor, c)).intoArray(sum, at + c);
      weighColumn(s, c, rows, top, sum, at + c);
    }
  }

  /// One exponential a step: a second call would not be inlined, and the steps overlap as they are.
  private static void weighColumn(float[] s, int c, int rows, float[] top, float[] sum, int at) {
    FloatVector shift = finite(FloatVector.fromArray(Lanes.FLOATS, top, at));
    FloatVector total = FloatVector.fromArray(Lanes.FLOATS, sum, at);
    for (int i = 0; i < rows; i++) {
      FloatVector score = FloatVector.fromArray(Lanes.FLOATS, s, i * C + c);
      FloatVector p = LaneMath.exp2(score.sub(shift));
      p.intoArray(s, i * C + c);
      total = total.add(p);
    }
    total.intoArray(sum, at);
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
