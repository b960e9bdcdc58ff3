package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// sums[r, c, lane] += sum_p b[r, p + lane] * a[p, c, lane]: few rows times many weights, both with the depth in memory order.
///
/// shapes  : b [ROWS, depth], rows `step` bytes apart from byte `from` on; sums [ROWS, c, WIDTH] from `so` on; a [depth / WIDTH, c, WIDTH]
///           from float `ao` on, c 4, 2 or 1; depth a multiple of WIDTH
/// assumes : a outside the heap, on whole cache lines; b anywhere; for c = 4, 32 registers: 16 sums + 4 of a + 1 of b; for c = 2, 16
/// error   : one rounding a step (fma), WIDTH sums a product
/// work    : 2 c FLOP a byte of b: memory is slower; 16 multiply-adds on 8 loads, 8 on 6 or 4 on 5
/// source  : dot products of BLAS 2, four abreast so that every load serves four
final class MicroDots {
  /// Rows of b.
  static final int ROWS = 4;

  /// Most rows of a in one call: narrow vectors have no registers for more.
  static final int MOST = Lanes.WIDTH == 16 ? 4 : 2;

  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int W = Lanes.WIDTH;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private MicroDots() {}

  /// Most rows of a in one call with b of this type: [#MOST], or 1 where narrow vectors have a kernel for f32 alone.
  static int most(DType type) {
    return Lanes.WIDTH == 16 || type == DType.F32 ? MOST : 1;
  }

  /// Of `abreast` rows of a, [#most] or 1; b stored as F32, BF16, Q8_0 or Q4_0.
  static void add(
      DType type,
      int abreast,
      int depth,
      MemorySegment b,
      long from,
      long step,
      MemorySegment a,
      long ao,
      float[] sums,
      int so) {
    boolean one = abreast == 1;
    switch (type) {
      case F32 -> {
        if (one) one(depth, b, from, step, a, ao, sums, so);
        else if (abreast == 2) two(depth, b, from, step, a, ao, sums, so);
        else four(depth, b, from, step, a, ao, sums, so);
      }
      case BF16 -> {
        if (one) Bf16Dots.one(depth, b, from, step, a, ao, sums, so);
        else Bf16Dots.four(depth, b, from, step, a, ao, sums, so);
      }
      case Q8_0 -> {
        if (one) Q8Dots.one(depth, b, from, step, a, ao, sums, so);
        else Q8Dots.four(depth, b, from, step, a, ao, sums, so);
      }
      case Q4_0 -> {
        if (one) Q4Dots.one(depth, b, from, step, a, ao, sums, so);
        else Q4Dots.four(depth, b, from, step, a, ao, sums, so);
      }
      default -> throw new IllegalArgumentException(type + " has no dot products of its own");
    }
  }

  /// Four rows of a.
  static void four(
      int depth,
      MemorySegment b,
      long from,
      long step,
      MemorySegment a,
      long ao,
      float[] sums,
      int so) {
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
    long left = Float.BYTES * ao;
    for (int p = 0; p < depth; p += W) {
      FloatVector a0 = FloatVector.fromMemorySegment(S, a, left + 16L * p, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 4 * W, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 8 * W, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 12 * W, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(S, b, from + 4L * p, ORDER);
      s00 = v.fma(a0, s00);
      s01 = v.fma(a1, s01);
      s02 = v.fma(a2, s02);
      s03 = v.fma(a3, s03);
      v = FloatVector.fromMemorySegment(S, b, from + step + 4L * p, ORDER);
      s10 = v.fma(a0, s10);
      s11 = v.fma(a1, s11);
      s12 = v.fma(a2, s12);
      s13 = v.fma(a3, s13);
      v = FloatVector.fromMemorySegment(S, b, from + 2 * step + 4L * p, ORDER);
      s20 = v.fma(a0, s20);
      s21 = v.fma(a1, s21);
      s22 = v.fma(a2, s22);
      s23 = v.fma(a3, s23);
      v = FloatVector.fromMemorySegment(S, b, from + 3 * step + 4L * p, ORDER);
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

  /// Two rows of a.
  static void two(
      int depth,
      MemorySegment b,
      long from,
      long step,
      MemorySegment a,
      long ao,
      float[] sums,
      int so) {
    FloatVector s00 = FloatVector.fromArray(S, sums, so);
    FloatVector s01 = FloatVector.fromArray(S, sums, so + W);
    FloatVector s10 = FloatVector.fromArray(S, sums, so + 2 * W);
    FloatVector s11 = FloatVector.fromArray(S, sums, so + 3 * W);
    FloatVector s20 = FloatVector.fromArray(S, sums, so + 4 * W);
    FloatVector s21 = FloatVector.fromArray(S, sums, so + 5 * W);
    FloatVector s30 = FloatVector.fromArray(S, sums, so + 6 * W);
    FloatVector s31 = FloatVector.fromArray(S, sums, so + 7 * W);
    long left = Float.BYTES * ao;
    for (int p = 0; p < depth; p += W) {
      FloatVector x = FloatVector.fromMemorySegment(S, a, left + 8L * p, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(S, a, left + 8L * p + 4 * W, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(S, b, from + 4L * p, ORDER);
      s00 = v.fma(x, s00);
      s01 = v.fma(y, s01);
      v = FloatVector.fromMemorySegment(S, b, from + step + 4L * p, ORDER);
      s10 = v.fma(x, s10);
      s11 = v.fma(y, s11);
      v = FloatVector.fromMemorySegment(S, b, from + 2 * step + 4L * p, ORDER);
      s20 = v.fma(x, s20);
      s21 = v.fma(y, s21);
      v = FloatVector.fromMemorySegment(S, b, from + 3 * step + 4L * p, ORDER);
      s30 = v.fma(x, s30);
      s31 = v.fma(y, s31);
    }
    s00.intoArray(sums, so);
    s01.intoArray(sums, so + W);
    s10.intoArray(sums, so + 2 * W);
    s11.intoArray(sums, so + 3 * W);
    s20.intoArray(sums, so + 4 * W);
    s21.intoArray(sums, so + 5 * W);
    s30.intoArray(sums, so + 6 * W);
    s31.intoArray(sums, so + 7 * W);
  }

  /// One row of a.
  static void one(
      int depth,
      MemorySegment b,
      long from,
      long step,
      MemorySegment a,
      long ao,
      float[] sums,
      int so) {
    FloatVector s0 = FloatVector.fromArray(S, sums, so);
    FloatVector s1 = FloatVector.fromArray(S, sums, so + W);
    FloatVector s2 = FloatVector.fromArray(S, sums, so + 2 * W);
    FloatVector s3 = FloatVector.fromArray(S, sums, so + 3 * W);
    long left = Float.BYTES * ao;
    for (int p = 0; p < depth; p += W) {
      FloatVector x = FloatVector.fromMemorySegment(S, a, left + 4L * p, ORDER);
      s0 = FloatVector.fromMemorySegment(S, b, from + 4L * p, ORDER).fma(x, s0);
      s1 = FloatVector.fromMemorySegment(S, b, from + step + 4L * p, ORDER).fma(x, s1);
      s2 = FloatVector.fromMemorySegment(S, b, from + 2 * step + 4L * p, ORDER).fma(x, s2);
      s3 = FloatVector.fromMemorySegment(S, b, from + 3 * step + 4L * p, ORDER).fma(x, s3);
    }
    s0.intoArray(sums, so);
    s1.intoArray(sums, so + W);
    s2.intoArray(sums, so + 2 * W);
    s3.intoArray(sums, so + 3 * W);
  }
}
