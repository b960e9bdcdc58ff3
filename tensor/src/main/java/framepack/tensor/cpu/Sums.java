package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Sums over one row of at most a few thousand elements: f32 lane by lane, then across the lanes in a fixed order. The
/// lanes are left in a buffer of the caller's.
final class Sums {
  /// Elements summed in f32 before a double takes over.
  static final int PIECE = 2048;

  private Sums() {}

  /// Sum of any number of elements: f32 within pieces, double over them.
  static double longSum(MemorySegment x, long at, long count, float[] lanes) {
    double sum = 0;
    for (long i = 0; i < count; i += PIECE) {
      sum += sum(x, at + 4 * i, (int) Math.min(PIECE, count - i), lanes);
    }
    return sum;
  }

  /// Sum of the squares of any number of elements, likewise.
  static double longSquares(MemorySegment x, long at, long count, float[] lanes) {
    double sum = 0;
    for (long i = 0; i < count; i += PIECE) {
      squares(x, at + 4 * i, (int) Math.min(PIECE, count - i), lanes, 0);
      sum += Floats.across(lanes, 0);
    }
    return sum;
  }

  static float sum(MemorySegment x, long at, int n, float[] lanes) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int i = 0;
    for (; i <= n - 4 * W; i += 4 * W) {
      long p = at + 4L * i;
      a = a.add(load(x, p));
      b = b.add(load(x, p + STEP));
      c = c.add(load(x, p + 2 * STEP));
      d = d.add(load(x, p + 3 * STEP));
    }
    for (; i <= n - W; i += W) {
      a = a.add(load(x, at + 4L * i));
    }
    if (i < n) {
      b = b.add(load(x, at + 4L * i, Floats.first(n - i)));
    }
    a.add(b).add(c.add(d)).intoArray(lanes, 0);
    return Floats.across(lanes, 0);
  }

  /// Squares, summed lane by lane into `lanes[to]`.
  static void squares(MemorySegment x, long at, int n, float[] lanes, int to) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    int i = 0;
    for (; i <= n - 2 * W; i += 2 * W) {
      FloatVector u = load(x, at + 4L * i);
      FloatVector v = load(x, at + 4L * i + STEP);
      a = u.fma(u, a);
      b = v.fma(v, b);
    }
    if (i <= n - W) {
      FloatVector u = load(x, at + 4L * i);
      a = u.fma(u, a);
      i += W;
    }
    if (i < n) {
      FloatVector u = load(x, at + 4L * i, Floats.first(n - i));
      b = u.fma(u, b);
    }
    a.add(b).intoArray(lanes, to);
  }

  static float dot(MemorySegment x, long xAt, MemorySegment y, long yAt, int n, float[] lanes) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    int i = 0;
    for (; i <= n - W; i += W) {
      a = load(x, xAt + 4L * i).fma(load(y, yAt + 4L * i), a);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      a = load(x, xAt + 4L * i, some).fma(load(y, yAt + 4L * i, some), a);
    }
    a.intoArray(lanes, 0);
    return Floats.across(lanes, 0);
  }

  /// `x - mean` and its square, summed lane by lane into two vectors at `lanes[to]`; two chains of each, because an addition
  /// takes as long as loading several vectors. Four are no faster on rows of a hundred.
  static void centred(MemorySegment x, long at, int n, float mean, float[] lanes, int to) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    FloatVector aa = a;
    FloatVector bb = a;
    int i = 0;
    for (; i <= n - 2 * W; i += 2 * W) {
      FloatVector u = load(x, at + 4L * i).sub(mean);
      FloatVector v = load(x, at + 4L * i + STEP).sub(mean);
      a = a.add(u);
      b = b.add(v);
      aa = u.fma(u, aa);
      bb = v.fma(v, bb);
    }
    if (i <= n - W) {
      FloatVector u = load(x, at + 4L * i).sub(mean);
      a = a.add(u);
      aa = u.fma(u, aa);
      i += W;
    }
    a.add(b).intoArray(lanes, to);
    aa.add(bb).intoArray(lanes, to + W);
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector u = load(x, at + 4L * i, some).sub(Floats.all(mean), some);
      u.add(load(lanes, to)).intoArray(lanes, to);
      u.fma(u, load(lanes, to + W)).intoArray(lanes, to + W);
    }
  }

  /// Sum of squares around the mean of `n` elements whose [#centred] sums are at `lanes[at]`; adds to `means[row]` what
  /// its rounding had left over.
  static float squaresAround(float[] means, int row, int n, float[] lanes, int at) {
    float left = Floats.across(lanes, at);
    float shift = left / n;
    means[row] += shift;
    return Math.max(0, Floats.across(lanes, at + W) - left * shift);
  }
}
