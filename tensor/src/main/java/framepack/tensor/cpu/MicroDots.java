package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// sums[r, c, lane] += sum_p b[r, p + lane] * a[c, p + lane]: few rows times many weights, both with the depth in memory order.
///
/// shapes  : b [ROWS, depth], a [4, depth], sums [ROWS, 4, WIDTH]; depth a multiple of WIDTH
/// assumes : a outside the heap, on whole cache lines (`ao` in floats); 16 sums of 32 registers at 512 bit, 8 of 16 below
/// error   : one rounding a step (fma), WIDTH sums a product
/// work    : 8 FLOP a byte of b from L1 on: memory is slower; 16 multiply-adds on 8 loads
/// source  : dot products of BLAS 2, four abreast so that every load serves four
final class MicroDots {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int W = Lanes.WIDTH;
  private static final boolean WIDE = W == 16;

  /// Rows of b.
  static final int ROWS = WIDE ? 4 : 2;

  /// Rows of a.
  static final int COLUMNS = 4;

  /// Most depth of one call.
  static final int DEPTH = 512;

  /// Floats from one row to the next: an odd number of cache lines.
  static final int STRIDE = DEPTH + 16;

  private static final long ROW = Float.BYTES * STRIDE;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private MicroDots() {}

  static void add(int depth, float[] b, int bo, MemorySegment a, long ao, float[] sums, int so) {
    if (WIDE) {
      four(depth, b, bo, a, ao, sums, so);
    } else {
      two(depth, b, bo, a, ao, sums, so);
    }
  }

  private static void four(
      int depth, float[] b, int bo, MemorySegment a, long ao, float[] sums, int so) {
    FloatVector s00 = FloatVector.fromArray(S, sums, so);
    FloatVector s01 = FloatVector.fromArray(S, sums, so + W);
    FloatVector s02 = FloatVector.fromArray(S, sums, so + 2 * W);
    FloatVector s03 = FloatVector.fromArray(S, sums, so + 3 * W);
    FloatVector s10 = FloatVector.fromArray(S, sums, so + 4 * W);
    FloatVector s11 = FloatVector.fromArray(S, sums, so + 5 * W);
    FloatVector s12 = FloatVector.fromArray(S, sums, so + 6 * W);
    FloatVector s13 = FloatVector.fromArray(S, sums, so + 7 * W);
    FloatVector s20 = FloatVector.fromArray(S, sums, so + 8 * W);
    FloatVector s21 = FloatVector.fromArray(S, sums, so + 9 * W);
    FloatVector s22 = FloatVector.fromArray(S, sums, so + 10 * W);
    FloatVector s23 = FloatVector.fromArray(S, sums, so + 11 * W);
    FloatVector s30 = FloatVector.fromArray(S, sums, so + 12 * W);
    FloatVector s31 = FloatVector.fromArray(S, sums, so + 13 * W);
    FloatVector s32 = FloatVector.fromArray(S, sums, so + 14 * W);
    FloatVector s33 = FloatVector.fromArray(S, sums, so + 15 * W);
    long from = Float.BYTES * ao;
    for (int p = 0; p < depth; p += W) {
      FloatVector a0 = FloatVector.fromMemorySegment(S, a, from + 4L * p, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(S, a, from + ROW + 4L * p, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(S, a, from + 2 * ROW + 4L * p, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(S, a, from + 3 * ROW + 4L * p, ORDER);
      FloatVector v = FloatVector.fromArray(S, b, bo + p);
      s00 = v.fma(a0, s00);
      s01 = v.fma(a1, s01);
      s02 = v.fma(a2, s02);
      s03 = v.fma(a3, s03);
      v = FloatVector.fromArray(S, b, bo + STRIDE + p);
      s10 = v.fma(a0, s10);
      s11 = v.fma(a1, s11);
      s12 = v.fma(a2, s12);
      s13 = v.fma(a3, s13);
      v = FloatVector.fromArray(S, b, bo + 2 * STRIDE + p);
      s20 = v.fma(a0, s20);
      s21 = v.fma(a1, s21);
      s22 = v.fma(a2, s22);
      s23 = v.fma(a3, s23);
      v = FloatVector.fromArray(S, b, bo + 3 * STRIDE + p);
      s30 = v.fma(a0, s30);
      s31 = v.fma(a1, s31);
      s32 = v.fma(a2, s32);
      s33 = v.fma(a3, s33);
    }
    s00.intoArray(sums, so);
    s01.intoArray(sums, so + W);
    s02.intoArray(sums, so + 2 * W);
    s03.intoArray(sums, so + 3 * W);
    s10.intoArray(sums, so + 4 * W);
    s11.intoArray(sums, so + 5 * W);
    s12.intoArray(sums, so + 6 * W);
    s13.intoArray(sums, so + 7 * W);
    s20.intoArray(sums, so + 8 * W);
    s21.intoArray(sums, so + 9 * W);
    s22.intoArray(sums, so + 10 * W);
    s23.intoArray(sums, so + 11 * W);
    s30.intoArray(sums, so + 12 * W);
    s31.intoArray(sums, so + 13 * W);
    s32.intoArray(sums, so + 14 * W);
    s33.intoArray(sums, so + 15 * W);
  }

  private static void two(
      int depth, float[] b, int bo, MemorySegment a, long ao, float[] sums, int so) {
    FloatVector s00 = FloatVector.fromArray(S, sums, so);
    FloatVector s01 = FloatVector.fromArray(S, sums, so + W);
    FloatVector s02 = FloatVector.fromArray(S, sums, so + 2 * W);
    FloatVector s03 = FloatVector.fromArray(S, sums, so + 3 * W);
    FloatVector s10 = FloatVector.fromArray(S, sums, so + 4 * W);
    FloatVector s11 = FloatVector.fromArray(S, sums, so + 5 * W);
    FloatVector s12 = FloatVector.fromArray(S, sums, so + 6 * W);
    FloatVector s13 = FloatVector.fromArray(S, sums, so + 7 * W);
    long from = Float.BYTES * ao;
    for (int p = 0; p < depth; p += W) {
      FloatVector a0 = FloatVector.fromMemorySegment(S, a, from + 4L * p, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(S, a, from + ROW + 4L * p, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(S, a, from + 2 * ROW + 4L * p, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(S, a, from + 3 * ROW + 4L * p, ORDER);
      FloatVector v = FloatVector.fromArray(S, b, bo + p);
      s00 = v.fma(a0, s00);
      s01 = v.fma(a1, s01);
      s02 = v.fma(a2, s02);
      s03 = v.fma(a3, s03);
      v = FloatVector.fromArray(S, b, bo + STRIDE + p);
      s10 = v.fma(a0, s10);
      s11 = v.fma(a1, s11);
      s12 = v.fma(a2, s12);
      s13 = v.fma(a3, s13);
    }
    s00.intoArray(sums, so);
    s01.intoArray(sums, so + W);
    s02.intoArray(sums, so + 2 * W);
    s03.intoArray(sums, so + 3 * W);
    s10.intoArray(sums, so + 4 * W);
    s11.intoArray(sums, so + 5 * W);
    s12.intoArray(sums, so + 6 * W);
    s13.intoArray(sums, so + 7 * W);
  }
}
