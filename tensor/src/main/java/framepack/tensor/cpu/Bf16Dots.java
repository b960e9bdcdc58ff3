package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [MicroDots] of weights that are stored as BF16: numbers become floats in registers, on their way to the sums.
///
/// shapes  : as [MicroDots]; depth a multiple of WIDTH
/// assumes : as [MicroDots]; b anywhere
/// error   : as [MicroDots]; a bf16 is exact in f32
/// work    : 16 or 4 FLOP a weight of 2 bytes; a vector takes load with extension, shift, and 4 or 1 multiply-adds
/// source  : [MicroDots]
final class Bf16Dots {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int W = Lanes.WIDTH;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Bf16Dots() {}

  /// Four rows of a, at 512 bit. Written out, because C2 inlines few calls of our own into so much.
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
      FloatVector a1 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 64, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 128, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 192, ORDER);
      ShortVector bits = ShortVector.fromMemorySegment(Lanes.SHORTS, b, from + 2L * p, ORDER);
      IntVector wide = (IntVector) bits.castShape(INTS, 0);
      FloatVector v = wide.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      s00 = v.fma(a0, s00);
      s01 = v.fma(a1, s01);
      s02 = v.fma(a2, s02);
      s03 = v.fma(a3, s03);
      bits = ShortVector.fromMemorySegment(Lanes.SHORTS, b, from + step + 2L * p, ORDER);
      wide = (IntVector) bits.castShape(INTS, 0);
      v = wide.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      s10 = v.fma(a0, s10);
      s11 = v.fma(a1, s11);
      s12 = v.fma(a2, s12);
      s13 = v.fma(a3, s13);
      bits = ShortVector.fromMemorySegment(Lanes.SHORTS, b, from + 2 * step + 2L * p, ORDER);
      wide = (IntVector) bits.castShape(INTS, 0);
      v = wide.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      s20 = v.fma(a0, s20);
      s21 = v.fma(a1, s21);
      s22 = v.fma(a2, s22);
      s23 = v.fma(a3, s23);
      bits = ShortVector.fromMemorySegment(Lanes.SHORTS, b, from + 3 * step + 2L * p, ORDER);
      wide = (IntVector) bits.castShape(INTS, 0);
      v = wide.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
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
      s0 = number(b, from + 2L * p).fma(x, s0);
      s1 = number(b, from + step + 2L * p).fma(x, s1);
      s2 = number(b, from + 2 * step + 2L * p).fma(x, s2);
      s3 = number(b, from + 3 * step + 2L * p).fma(x, s3);
    }
    s0.intoArray(sums, so);
    s1.intoArray(sums, so + W);
    s2.intoArray(sums, so + 2 * W);
    s3.intoArray(sums, so + 3 * W);
  }

  private static FloatVector number(MemorySegment b, long at) {
    return Lanes.widen(ShortVector.fromMemorySegment(Lanes.SHORTS, b, at, ORDER));
  }
}
