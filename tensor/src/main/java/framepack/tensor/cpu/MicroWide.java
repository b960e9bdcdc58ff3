package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// t[r, c] = s[r, c] + sum_p a[p, r] * b[p, c]: the innermost loop of every product at 512 bit.
///
/// shapes  : a [depth, 12] or rows, b [depth, 32], t [12, 32], packed; any depth
/// assumes : 32 vector registers: 24 sums + 2 columns of b + the broadcast
/// error   : one rounding a step (fma), steps in ascending p from zero, and one where s is added: a long depth is summed in
///           blocks, whose errors do not follow from those of all blocks before
/// work    : 768 flop a step on 176 bytes from L1/L2; 95-98 % of the FMA peak from depth 72 on, 84 % on a Xeon with AMX
/// memory  : b lies on whole cache lines, which the heap cannot promise: a load across two lines takes two, and
///           cost a tenth. With b outside the heap C2 also needs fewer general registers and instructions, which
///           compete with multiply-adds for their ports; rows of a, for the same reason, are a constant apart
/// source  : BLIS (doi:10.1145/2764454); written out because C2 keeps sums in registers only as locals
/// 12x32 asks least of L2 among the shapes that C2 does not spill (8x48 spills two sums in the loop).
final class MicroWide {
  static final int ROWS = 12;
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_512;
  private static final int W = S.length();
  private static final int N = 2 * W;
  private static final int STRIDE = Micro.ROW_STRIDE;
  private static final long HALF = Float.BYTES * W;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private MicroWide() {}

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
    FloatVector c6l = FloatVector.zero(S);
    FloatVector c6r = FloatVector.zero(S);
    FloatVector c7l = FloatVector.zero(S);
    FloatVector c7r = FloatVector.zero(S);
    FloatVector c8l = FloatVector.zero(S);
    FloatVector c8r = FloatVector.zero(S);
    FloatVector c9l = FloatVector.zero(S);
    FloatVector c9r = FloatVector.zero(S);
    FloatVector c10l = FloatVector.zero(S);
    FloatVector c10r = FloatVector.zero(S);
    FloatVector c11l = FloatVector.zero(S);
    FloatVector c11r = FloatVector.zero(S);
    long row = Float.BYTES * bo;
    long step = Float.BYTES * bs;
    int end = ao + depth * ROWS;
    for (int p = ao; p < end; p += ROWS) {
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
      v = FloatVector.broadcast(S, a[p + 6]);
      c6l = v.fma(x, c6l);
      c6r = v.fma(y, c6r);
      v = FloatVector.broadcast(S, a[p + 7]);
      c7l = v.fma(x, c7l);
      c7r = v.fma(y, c7r);
      v = FloatVector.broadcast(S, a[p + 8]);
      c8l = v.fma(x, c8l);
      c8r = v.fma(y, c8r);
      v = FloatVector.broadcast(S, a[p + 9]);
      c9l = v.fma(x, c9l);
      c9r = v.fma(y, c9r);
      v = FloatVector.broadcast(S, a[p + 10]);
      c10l = v.fma(x, c10l);
      c10r = v.fma(y, c10r);
      v = FloatVector.broadcast(S, a[p + 11]);
      c11l = v.fma(x, c11l);
      c11r = v.fma(y, c11r);
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
    c6l.add(FloatVector.fromArray(S, s, so + 6 * ss)).intoArray(t, to + 6 * N);
    c6r.add(FloatVector.fromArray(S, s, so + 6 * ss + W)).intoArray(t, to + 6 * N + W);
    c7l.add(FloatVector.fromArray(S, s, so + 7 * ss)).intoArray(t, to + 7 * N);
    c7r.add(FloatVector.fromArray(S, s, so + 7 * ss + W)).intoArray(t, to + 7 * N + W);
    c8l.add(FloatVector.fromArray(S, s, so + 8 * ss)).intoArray(t, to + 8 * N);
    c8r.add(FloatVector.fromArray(S, s, so + 8 * ss + W)).intoArray(t, to + 8 * N + W);
    c9l.add(FloatVector.fromArray(S, s, so + 9 * ss)).intoArray(t, to + 9 * N);
    c9r.add(FloatVector.fromArray(S, s, so + 9 * ss + W)).intoArray(t, to + 9 * N + W);
    c10l.add(FloatVector.fromArray(S, s, so + 10 * ss)).intoArray(t, to + 10 * N);
    c10r.add(FloatVector.fromArray(S, s, so + 10 * ss + W)).intoArray(t, to + 10 * N + W);
    c11l.add(FloatVector.fromArray(S, s, so + 11 * ss)).intoArray(t, to + 11 * N);
    c11r.add(FloatVector.fromArray(S, s, so + 11 * ss + W)).intoArray(t, to + 11 * N + W);
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
    FloatVector c6l = FloatVector.zero(S);
    FloatVector c6r = FloatVector.zero(S);
    FloatVector c7l = FloatVector.zero(S);
    FloatVector c7r = FloatVector.zero(S);
    FloatVector c8l = FloatVector.zero(S);
    FloatVector c8r = FloatVector.zero(S);
    FloatVector c9l = FloatVector.zero(S);
    FloatVector c9r = FloatVector.zero(S);
    FloatVector c10l = FloatVector.zero(S);
    FloatVector c10r = FloatVector.zero(S);
    FloatVector c11l = FloatVector.zero(S);
    FloatVector c11r = FloatVector.zero(S);
    long row = Float.BYTES * bo;
    long step = Float.BYTES * bs;
    int end = ao + depth;
    for (int p = ao; p < end; p += 2) {
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
      v = FloatVector.broadcast(S, a[6 * STRIDE + p]);
      c6l = v.fma(x, c6l);
      c6r = v.fma(y, c6r);
      v = FloatVector.broadcast(S, a[7 * STRIDE + p]);
      c7l = v.fma(x, c7l);
      c7r = v.fma(y, c7r);
      v = FloatVector.broadcast(S, a[8 * STRIDE + p]);
      c8l = v.fma(x, c8l);
      c8r = v.fma(y, c8r);
      v = FloatVector.broadcast(S, a[9 * STRIDE + p]);
      c9l = v.fma(x, c9l);
      c9r = v.fma(y, c9r);
      v = FloatVector.broadcast(S, a[10 * STRIDE + p]);
      c10l = v.fma(x, c10l);
      c10r = v.fma(y, c10r);
      v = FloatVector.broadcast(S, a[11 * STRIDE + p]);
      c11l = v.fma(x, c11l);
      c11r = v.fma(y, c11r);
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
      v = FloatVector.broadcast(S, a[6 * STRIDE + p + 1]);
      c6l = v.fma(x, c6l);
      c6r = v.fma(y, c6r);
      v = FloatVector.broadcast(S, a[7 * STRIDE + p + 1]);
      c7l = v.fma(x, c7l);
      c7r = v.fma(y, c7r);
      v = FloatVector.broadcast(S, a[8 * STRIDE + p + 1]);
      c8l = v.fma(x, c8l);
      c8r = v.fma(y, c8r);
      v = FloatVector.broadcast(S, a[9 * STRIDE + p + 1]);
      c9l = v.fma(x, c9l);
      c9r = v.fma(y, c9r);
      v = FloatVector.broadcast(S, a[10 * STRIDE + p + 1]);
      c10l = v.fma(x, c10l);
      c10r = v.fma(y, c10r);
      v = FloatVector.broadcast(S, a[11 * STRIDE + p + 1]);
      c11l = v.fma(x, c11l);
      c11r = v.fma(y, c11r);
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
    c6l.add(FloatVector.fromArray(S, s, so + 6 * ss)).intoArray(t, to + 6 * N);
    c6r.add(FloatVector.fromArray(S, s, so + 6 * ss + W)).intoArray(t, to + 6 * N + W);
    c7l.add(FloatVector.fromArray(S, s, so + 7 * ss)).intoArray(t, to + 7 * N);
    c7r.add(FloatVector.fromArray(S, s, so + 7 * ss + W)).intoArray(t, to + 7 * N + W);
    c8l.add(FloatVector.fromArray(S, s, so + 8 * ss)).intoArray(t, to + 8 * N);
    c8r.add(FloatVector.fromArray(S, s, so + 8 * ss + W)).intoArray(t, to + 8 * N + W);
    c9l.add(FloatVector.fromArray(S, s, so + 9 * ss)).intoArray(t, to + 9 * N);
    c9r.add(FloatVector.fromArray(S, s, so + 9 * ss + W)).intoArray(t, to + 9 * N + W);
    c10l.add(FloatVector.fromArray(S, s, so + 10 * ss)).intoArray(t, to + 10 * N);
    c10r.add(FloatVector.fromArray(S, s, so + 10 * ss + W)).intoArray(t, to + 10 * N + W);
    c11l.add(FloatVector.fromArray(S, s, so + 11 * ss)).intoArray(t, to + 11 * N);
    c11r.add(FloatVector.fromArray(S, s, so + 11 * ss + W)).intoArray(t, to + 11 * N + W);
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
    FloatVector c6l = FloatVector.zero(S);
    FloatVector c6r = FloatVector.zero(S);
    FloatVector c7l = FloatVector.zero(S);
    FloatVector c7r = FloatVector.zero(S);
    FloatVector c8l = FloatVector.zero(S);
    FloatVector c8r = FloatVector.zero(S);
    FloatVector c9l = FloatVector.zero(S);
    FloatVector c9r = FloatVector.zero(S);
    FloatVector c10l = FloatVector.zero(S);
    FloatVector c10r = FloatVector.zero(S);
    FloatVector c11l = FloatVector.zero(S);
    FloatVector c11r = FloatVector.zero(S);
    int next = run;
    int end = ao + depth * ROWS;
    for (int p = ao; p < end; p += ROWS) {
      long row = from + Float.BYTES * runs[next++];
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
      v = FloatVector.broadcast(S, a[p + 6]);
      c6l = v.fma(x, c6l);
      c6r = v.fma(y, c6r);
      v = FloatVector.broadcast(S, a[p + 7]);
      c7l = v.fma(x, c7l);
      c7r = v.fma(y, c7r);
      v = FloatVector.broadcast(S, a[p + 8]);
      c8l = v.fma(x, c8l);
      c8r = v.fma(y, c8r);
      v = FloatVector.broadcast(S, a[p + 9]);
      c9l = v.fma(x, c9l);
      c9r = v.fma(y, c9r);
      v = FloatVector.broadcast(S, a[p + 10]);
      c10l = v.fma(x, c10l);
      c10r = v.fma(y, c10r);
      v = FloatVector.broadcast(S, a[p + 11]);
      c11l = v.fma(x, c11l);
      c11r = v.fma(y, c11r);
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
    c6l.add(FloatVector.fromArray(S, s, so + 6 * ss)).intoArray(t, to + 6 * N);
    c6r.add(FloatVector.fromArray(S, s, so + 6 * ss + W)).intoArray(t, to + 6 * N + W);
    c7l.add(FloatVector.fromArray(S, s, so + 7 * ss)).intoArray(t, to + 7 * N);
    c7r.add(FloatVector.fromArray(S, s, so + 7 * ss + W)).intoArray(t, to + 7 * N + W);
    c8l.add(FloatVector.fromArray(S, s, so + 8 * ss)).intoArray(t, to + 8 * N);
    c8r.add(FloatVector.fromArray(S, s, so + 8 * ss + W)).intoArray(t, to + 8 * N + W);
    c9l.add(FloatVector.fromArray(S, s, so + 9 * ss)).intoArray(t, to + 9 * N);
    c9r.add(FloatVector.fromArray(S, s, so + 9 * ss + W)).intoArray(t, to + 9 * N + W);
    c10l.add(FloatVector.fromArray(S, s, so + 10 * ss)).intoArray(t, to + 10 * N);
    c10r.add(FloatVector.fromArray(S, s, so + 10 * ss + W)).intoArray(t, to + 10 * N + W);
    c11l.add(FloatVector.fromArray(S, s, so + 11 * ss)).intoArray(t, to + 11 * N);
    c11r.add(FloatVector.fromArray(S, s, so + 11 * ss + W)).intoArray(t, to + 11 * N + W);
  }
}
