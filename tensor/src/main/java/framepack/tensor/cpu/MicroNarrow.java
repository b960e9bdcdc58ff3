package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// t[r, c] = s[r, c] + sum_p a[p, r] * b[p, c]: the innermost loop of every product at 256 and 128 bit.
///
/// shapes  : a [depth, 6] or rows, b [depth, 2 * WIDTH], t [6, 2 * WIDTH], packed; any depth
/// assumes : 16 vector registers: 12 sums + 2 columns of b + the broadcast
/// error   : one rounding a step (fma), steps in ascending p from zero, and one where s is added: a long depth is summed in
///           blocks, whose errors do not follow from those of all blocks before
/// work    : 24 * WIDTH flop a step; 95-98 % of the FMA peak from depth 288 on (Zen 3)
/// source  : BLIS (doi:10.1145/2764454). C2 keeps 12 sums in registers only where two steps are written out: with one
///           it spills them and runs at half the speed. 4x16 and 5x16 wait for the latency of their sums
final class MicroNarrow {
  static final int ROWS = 6;

  /// Steps written out.
  private static final int STEPS = 2;

  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int W = S.length();
  private static final int N = 2 * W;
  private static final int STRIDE = Micro.ROW_STRIDE;
  private static final long HALF = Float.BYTES * W;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private MicroNarrow() {}

  /// See [Micro#multiply].
  static void multiply(
      int depth,
      float[] a,
      int ao,
      MemorySegment b,
      long bo,
      long bs,
      float[] s,
      int so,
      int ss,
      float[] t,
      int to) {
    FloatVector c0l = FloatVector.zero(S);
    FloatVector c0r = FloatVector.zero(S);
    FloatVector c1l = FloatVector.zero(S);
    FloatVector c1r = FloatVector.zero(S);
    FloatVector c2l = FloatVector.zero(S);
    FloatVector c2r = FloatVector.zero(S);
    FloatVector c3l = FloatVector.zero(S);
    FloatVector c3r = FloatVector.zero(S);
    FloatVector c4l = FloatVector.zero(S);
    FloatVector c4r = FloatVector.zero(S);
    FloatVector c5l = FloatVector.zero(S);
    FloatVector c5r = FloatVector.zero(S);
    long row = Float.BYTES * bo;
    long step = Float.BYTES * bs;
    int end = ao + depth * ROWS;
    int p = ao;
    for (; p <= end - STEPS * ROWS; p += STEPS * ROWS) {
      FloatVector x = FloatVector.fromMemorySegment(S, b, row, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(S, b, row + HALF, ORDER);
      FloatVector v = FloatVector.broadcast(S, a[p]);
      c0l = v.fma(x, c0l);
      c0r = v.fma(y, c0r);
      v = FloatVector.broadcast(S, a[p + 1]);
      c1l = v.fma(x, c1l);
      c1r = v.fma(y, c1r);
      v = FloatVector.broadcast(S, a[p + 2]);
      c2l = v.fma(x, c2l);
      c2r = v.fma(y, c2r);
      v = FloatVector.broadcast(S, a[p + 3]);
      c3l = v.fma(x, c3l);
      c3r = v.fma(y, c3r);
      v = FloatVector.broadcast(S, a[p + 4]);
      c4l = v.fma(x, c4l);
      c4r = v.fma(y, c4r);
      v = FloatVector.broadcast(S, a[p + 5]);
      c5l = v.fma(x, c5l);
      c5r = v.fma(y, c5r);
      row += step;
      x = FloatVector.fromMemorySegment(S, b, row, ORDER);
      y = FloatVector.fromMemorySegment(S, b, row + HALF, ORDER);
      v = FloatVector.broadcast(S, a[p + 6]);
      c0l = v.fma(x, c0l);
      c0r = v.fma(y, c0r);
      v = FloatVector.broadcast(S, a[p + 7]);
      c1l = v.fma(x, c1l);
      c1r = v.fma(y, c1r);
      v = FloatVector.broadcast(S, a[p + 8]);
      c2l = v.fma(x, c2l);
      c2r = v.fma(y, c2r);
      v = FloatVector.broadcast(S, a[p + 9]);
      c3l = v.fma(x, c3l);
      c3r = v.fma(y, c3r);
      v = FloatVector.broadcast(S, a[p + 10]);
      c4l = v.fma(x, c4l);
      c4r = v.fma(y, c4r);
      v = FloatVector.broadcast(S, a[p + 11]);
      c5l = v.fma(x, c5l);
      c5r = v.fma(y, c5r);
      row += step;
    }
    if (p < end) {
      FloatVector x = FloatVector.fromMemorySegment(S, b, row, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(S, b, row + HALF, ORDER);
      FloatVector v = FloatVector.broadcast(S, a[p]);
      c0l = v.fma(x, c0l);
      c0r = v.fma(y, c0r);
      v = FloatVector.broadcast(S, a[p + 1]);
      c1l = v.fma(x, c1l);
      c1r = v.fma(y, c1r);
      v = FloatVector.broadcast(S, a[p + 2]);
      c2l = v.fma(x, c2l);
      c2r = v.fma(y, c2r);
      v = FloatVector.broadcast(S, a[p + 3]);
      c3l = v.fma(x, c3l);
      c3r = v.fma(y, c3r);
      v = FloatVector.broadcast(S, a[p + 4]);
      c4l = v.fma(x, c4l);
      c4r = v.fma(y, c4r);
      v = FloatVector.broadcast(S, a[p + 5]);
      c5l = v.fma(x, c5l);
      c5r = v.fma(y, c5r);
    }
    c0l.add(FloatVector.fromArray(S, s, so)).intoArray(t, to);
    c0r.add(FloatVector.fromArray(S, s, so + W)).intoArray(t, to + W);
    c1l.add(FloatVector.fromArray(S, s, so + ss)).intoArray(t, to + N);
    c1r.add(FloatVector.fromArray(S, s, so + ss + W)).intoArray(t, to + N + W);
    c2l.add(FloatVector.fromArray(S, s, so + 2 * ss)).intoArray(t, to + 2 * N);
    c2r.add(FloatVector.fromArray(S, s, so + 2 * ss + W)).intoArray(t, to + 2 * N + W);
    c3l.add(FloatVector.fromArray(S, s, so + 3 * ss)).intoArray(t, to + 3 * N);
    c3r.add(FloatVector.fromArray(S, s, so + 3 * ss + W)).intoArray(t, to + 3 * N + W);
    c4l.add(FloatVector.fromArray(S, s, so + 4 * ss)).intoArray(t, to + 4 * N);
    c4r.add(FloatVector.fromArray(S, s, so + 4 * ss + W)).intoArray(t, to + 4 * N + W);
    c5l.add(FloatVector.fromArray(S, s, so + 5 * ss)).intoArray(t, to + 5 * N);
    c5r.add(FloatVector.fromArray(S, s, so + 5 * ss + W)).intoArray(t, to + 5 * N + W);
  }

  /// See [Micro#multiplyRows].
  static void multiplyRows(
      int depth,
      float[] a,
      int ao,
      MemorySegment b,
      long bo,
      long bs,
      float[] s,
      int so,
      int ss,
      float[] t,
      int to) {
    FloatVector c0l = FloatVector.zero(S);
    FloatVector c0r = FloatVector.zero(S);
    FloatVector c1l = FloatVector.zero(S);
    FloatVector c1r = FloatVector.zero(S);
    FloatVector c2l = FloatVector.zero(S);
    FloatVector c2r = FloatVector.zero(S);
    FloatVector c3l = FloatVector.zero(S);
    FloatVector c3r = FloatVector.zero(S);
    FloatVector c4l = FloatVector.zero(S);
    FloatVector c4r = FloatVector.zero(S);
    FloatVector c5l = FloatVector.zero(S);
    FloatVector c5r = FloatVector.zero(S);
    long row = Float.BYTES * bo;
    long step = Float.BYTES * bs;
    int end = ao + depth;
    for (int p = ao; p < end; p += STEPS) {
      FloatVector x = FloatVector.fromMemorySegment(S, b, row, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(S, b, row + HALF, ORDER);
      FloatVector v = FloatVector.broadcast(S, a[p]);
      c0l = v.fma(x, c0l);
      c0r = v.fma(y, c0r);
      v = FloatVector.broadcast(S, a[STRIDE + p]);
      c1l = v.fma(x, c1l);
      c1r = v.fma(y, c1r);
      v = FloatVector.broadcast(S, a[2 * STRIDE + p]);
      c2l = v.fma(x, c2l);
      c2r = v.fma(y, c2r);
      v = FloatVector.broadcast(S, a[3 * STRIDE + p]);
      c3l = v.fma(x, c3l);
      c3r = v.fma(y, c3r);
      v = FloatVector.broadcast(S, a[4 * STRIDE + p]);
      c4l = v.fma(x, c4l);
      c4r = v.fma(y, c4r);
      v = FloatVector.broadcast(S, a[5 * STRIDE + p]);
      c5l = v.fma(x, c5l);
      c5r = v.fma(y, c5r);
      row += step;
      x = FloatVector.fromMemorySegment(S, b, row, ORDER);
      y = FloatVector.fromMemorySegment(S, b, row + HALF, ORDER);
      v = FloatVector.broadcast(S, a[p + 1]);
      c0l = v.fma(x, c0l);
      c0r = v.fma(y, c0r);
      v = FloatVector.broadcast(S, a[STRIDE + p + 1]);
      c1l = v.fma(x, c1l);
      c1r = v.fma(y, c1r);
      v = FloatVector.broadcast(S, a[2 * STRIDE + p + 1]);
      c2l = v.fma(x, c2l);
      c2r = v.fma(y, c2r);
      v = FloatVector.broadcast(S, a[3 * STRIDE + p + 1]);
      c3l = v.fma(x, c3l);
      c3r = v.fma(y, c3r);
      v = FloatVector.broadcast(S, a[4 * STRIDE + p + 1]);
      c4l = v.fma(x, c4l);
      c4r = v.fma(y, c4r);
      v = FloatVector.broadcast(S, a[5 * STRIDE + p + 1]);
      c5l = v.fma(x, c5l);
      c5r = v.fma(y, c5r);
      row += step;
    }
    c0l.add(FloatVector.fromArray(S, s, so)).intoArray(t, to);
    c0r.add(FloatVector.fromArray(S, s, so + W)).intoArray(t, to + W);
    c1l.add(FloatVector.fromArray(S, s, so + ss)).intoArray(t, to + N);
    c1r.add(FloatVector.fromArray(S, s, so + ss + W)).intoArray(t, to + N + W);
    c2l.add(FloatVector.fromArray(S, s, so + 2 * ss)).intoArray(t, to + 2 * N);
    c2r.add(FloatVector.fromArray(S, s, so + 2 * ss + W)).intoArray(t, to + 2 * N + W);
    c3l.add(FloatVector.fromArray(S, s, so + 3 * ss)).intoArray(t, to + 3 * N);
    c3r.add(FloatVector.fromArray(S, s, so + 3 * ss + W)).intoArray(t, to + 3 * N + W);
    c4l.add(FloatVector.fromArray(S, s, so + 4 * ss)).intoArray(t, to + 4 * N);
    c4r.add(FloatVector.fromArray(S, s, so + 4 * ss + W)).intoArray(t, to + 4 * N + W);
    c5l.add(FloatVector.fromArray(S, s, so + 5 * ss)).intoArray(t, to + 5 * N);
    c5r.add(FloatVector.fromArray(S, s, so + 5 * ss + W)).intoArray(t, to + 5 * N + W);
  }

  /// See [Micro#multiplyRuns].
  static void multiplyRuns(
      int depth,
      float[] a,
      int ao,
      MemorySegment b,
      long from,
      long[] runs,
      int run,
      float[] s,
      int so,
      int ss,
      float[] t,
      int to) {
    FloatVector c0l = FloatVector.zero(S);
    FloatVector c0r = FloatVector.zero(S);
    FloatVector c1l = FloatVector.zero(S);
    FloatVector c1r = FloatVector.zero(S);
    FloatVector c2l = FloatVector.zero(S);
    FloatVector c2r = FloatVector.zero(S);
    FloatVector c3l = FloatVector.zero(S);
    FloatVector c3r = FloatVector.zero(S);
    FloatVector c4l = FloatVector.zero(S);
    FloatVector c4r = FloatVector.zero(S);
    FloatVector c5l = FloatVector.zero(S);
    FloatVector c5r = FloatVector.zero(S);
    int next = run;
    int end = ao + depth * ROWS;
    int p = ao;
    for (; p <= end - STEPS * ROWS; p += STEPS * ROWS) {
      long row = from + Float.BYTES * runs[next];
      FloatVector x = FloatVector.fromMemorySegment(S, b, row, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(S, b, row + HALF, ORDER);
      FloatVector v = FloatVector.broadcast(S, a[p]);
      c0l = v.fma(x, c0l);
      c0r = v.fma(y, c0r);
      v = FloatVector.broadcast(S, a[p + 1]);
      c1l = v.fma(x, c1l);
      c1r = v.fma(y, c1r);
      v = FloatVector.broadcast(S, a[p + 2]);
      c2l = v.fma(x, c2l);
      c2r = v.fma(y, c2r);
      v = FloatVector.broadcast(S, a[p + 3]);
      c3l = v.fma(x, c3l);
      c3r = v.fma(y, c3r);
      v = FloatVector.broadcast(S, a[p + 4]);
      c4l = v.fma(x, c4l);
      c4r = v.fma(y, c4r);
      v = FloatVector.broadcast(S, a[p + 5]);
      c5l = v.fma(x, c5l);
      c5r = v.fma(y, c5r);
      row = from + Float.BYTES * runs[next + 1];
      x = FloatVector.fromMemorySegment(S, b, row, ORDER);
      y = FloatVector.fromMemorySegment(S, b, row + HALF, ORDER);
      v = FloatVector.broadcast(S, a[p + ROWS]);
      c0l = v.fma(x, c0l);
      c0r = v.fma(y, c0r);
      v = FloatVector.broadcast(S, a[p + 7]);
      c1l = v.fma(x, c1l);
      c1r = v.fma(y, c1r);
      v = FloatVector.broadcast(S, a[p + 8]);
      c2l = v.fma(x, c2l);
      c2r = v.fma(y, c2r);
      v = FloatVector.broadcast(S, a[p + 9]);
      c3l = v.fma(x, c3l);
      c3r = v.fma(y, c3r);
      v = FloatVector.broadcast(S, a[p + 10]);
      c4l = v.fma(x, c4l);
      c4r = v.fma(y, c4r);
      v = FloatVector.broadcast(S, a[p + 11]);
      c5l = v.fma(x, c5l);
      c5r = v.fma(y, c5r);
      next += STEPS;
    }
    if (p < end) {
      long row = from + Float.BYTES * runs[next];
      FloatVector x = FloatVector.fromMemorySegment(S, b, row, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(S, b, row + HALF, ORDER);
      FloatVector v = FloatVector.broadcast(S, a[p]);
      c0l = v.fma(x, c0l);
      c0r = v.fma(y, c0r);
      v = FloatVector.broadcast(S, a[p + 1]);
      c1l = v.fma(x, c1l);
      c1r = v.fma(y, c1r);
      v = FloatVector.broadcast(S, a[p + 2]);
      c2l = v.fma(x, c2l);
      c2r = v.fma(y, c2r);
      v = FloatVector.broadcast(S, a[p + 3]);
      c3l = v.fma(x, c3l);
      c3r = v.fma(y, c3r);
      v = FloatVector.broadcast(S, a[p + 4]);
      c4l = v.fma(x, c4l);
      c4r = v.fma(y, c4r);
      v = FloatVector.broadcast(S, a[p + 5]);
      c5l = v.fma(x, c5l);
      c5r = v.fma(y, c5r);
    }
    c0l.add(FloatVector.fromArray(S, s, so)).intoArray(t, to);
    c0r.add(FloatVector.fromArray(S, s, so + W)).intoArray(t, to + W);
    c1l.add(FloatVector.fromArray(S, s, so + ss)).intoArray(t, to + N);
    c1r.add(FloatVector.fromArray(S, s, so + ss + W)).intoArray(t, to + N + W);
    c2l.add(FloatVector.fromArray(S, s, so + 2 * ss)).intoArray(t, to + 2 * N);
    c2r.add(FloatVector.fromArray(S, s, so + 2 * ss + W)).intoArray(t, to + 2 * N + W);
    c3l.add(FloatVector.fromArray(S, s, so + 3 * ss)).intoArray(t, to + 3 * N);
    c3r.add(FloatVector.fromArray(S, s, so + 3 * ss + W)).intoArray(t, to + 3 * N + W);
    c4l.add(FloatVector.fromArray(S, s, so + 4 * ss)).intoArray(t, to + 4 * N);
    c4r.add(FloatVector.fromArray(S, s, so + 4 * ss + W)).intoArray(t, to + 4 * N + W);
    c5l.add(FloatVector.fromArray(S, s, so + 5 * ss)).intoArray(t, to + 5 * N);
    c5r.add(FloatVector.fromArray(S, s, so + 5 * ss + W)).intoArray(t, to + 5 * N + W);
  }
}
