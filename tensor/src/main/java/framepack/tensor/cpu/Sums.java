package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Sums over one row of at most a few thousand elements: f32 lanes, then a fixed tree across them.
final class Sums {
  /// Elements summed in f32 before a double takes over.
  static final int PIECE = 2048;

  private Sums() {}

  /// Sum of any number of elements: f32 within pieces, double over them.
  static double longSum(MemorySegment x, long at, long count) {
    double sum = 0;
    for (long i = 0; i < count; i += PIECE) {
      sum += sum(x, at + 4 * i, (int) Math.min(PIECE, count - i));
    }
    return sum;
  }

  static float sum(MemorySegment x, long at, int n) {
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
    return Floats.across(a.add(b).add(c.add(d)));
  }

  /// Sum of squares.
  static float squares(MemorySegment x, long at, int n) {
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
    return Floats.across(a.add(b));
  }

  static float dot(MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    int i = 0;
    for (; i <= n - 2 * W; i += 2 * W) {
      long p = 4L * i;
      a = load(x, xAt + p).fma(load(y, yAt + p), a);
      b = load(x, xAt + p + STEP).fma(load(y, yAt + p + STEP), b);
    }
    if (i <= n - W) {
      a = load(x, xAt + 4L * i).fma(load(y, yAt + 4L * i), a);
      i += W;
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      b = load(x, xAt + 4L * i, some).fma(load(y, yAt + 4L * i, some), b);
    }
    return Floats.across(a.add(b));
  }

  /// Sum of squares of `x - mean`, with the mean in `means[row]`, which is put right by what its rounding had left over.
  static float centred(MemorySegment x, long at, int n, float[] means, int row) {
    float mean = means[row];
    FloatVector first = FloatVector.zero(Lanes.FLOATS);
    FloatVector second = first;
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector v = load(x, at + 4L * i).sub(mean);
      first = first.add(v);
      second = v.fma(v, second);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector v = load(x, at + 4L * i, some).sub(Floats.all(mean), some);
      first = first.add(v);
      second = v.fma(v, second);
    }
    float left = Floats.across(first);
    float shift = left / n;
    means[row] = mean + shift;
    return Math.max(0, Floats.across(second) - left * shift);
  }
}
