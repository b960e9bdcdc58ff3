package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [MicroDots] of weights that are stored as Q4_0: numbers become floats in registers, on their way to the sums.
///
/// shapes  : as [MicroDots]; depth a multiple of 32
/// assumes : as [MicroDots]; b anywhere
/// error   : as [MicroDots]; of one row of a, codes are summed and each block's sum is scaled once
/// work    : 16 or 4 FLOP a weight of 4.5 bits; two vectors take one load, each of them mask, conversion, scaling, and 4 or 1 multiply-adds
/// source  : [MicroDots], [BlockCells]
final class Q4Dots {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int W = Lanes.WIDTH;
  private static final int BLOCK = 18;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final float SIXTEENTH = 1 / 16f;
  private static final float BIAS = -8;

  private Q4Dots() {}

  /// Four rows of a, at 512 bit, where a block is two vectors.
  static void four(
      int depth,
      MemorySegment b,
      long from,
      long step,
      MemorySegment a,
      long ao,
      float[] sums,
      int so) {
    pair(depth, b, from, step, a, ao, sums, so);
    pair(depth, b, from + 2 * step, step, a, ao, sums, so + 8 * W);
  }

  /// Two rows of b: C2 inlines no more. Operations are written out for the same reason.
  private static void pair(
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
    long left = Float.BYTES * ao;
    long block = from;
    for (int p = 0; p < depth; p += 32) {
      FloatVector d0 = FloatVector.broadcast(S, BlockCells.scale(b, block));
      FloatVector d1 = FloatVector.broadcast(S, BlockCells.scale(b, block + step));
      FloatVector e0 = d0.mul(SIXTEENTH);
      FloatVector m0 = d0.mul(BIAS);
      IntVector q0 =
          (IntVector)
              ByteVector.fromMemorySegment(Lanes.BYTES, b, block + 2, ORDER)
                  .castShape(Lanes.INTS, 0);
      FloatVector e1 = d1.mul(SIXTEENTH);
      FloatVector m1 = d1.mul(BIAS);
      IntVector q1 =
          (IntVector)
              ByteVector.fromMemorySegment(Lanes.BYTES, b, block + step + 2, ORDER)
                  .castShape(Lanes.INTS, 0);
      FloatVector a0 = FloatVector.fromMemorySegment(S, a, left + 16L * p, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 64, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 128, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 192, ORDER);
      IntVector codes = q0.lanewise(VectorOperators.AND, BlockCells.LOW);
      FloatVector v = ((FloatVector) codes.convertShape(VectorOperators.I2F, S, 0)).fma(d0, m0);
      s00 = v.fma(a0, s00);
      s01 = v.fma(a1, s01);
      s02 = v.fma(a2, s02);
      s03 = v.fma(a3, s03);
      codes = q1.lanewise(VectorOperators.AND, BlockCells.LOW);
      v = ((FloatVector) codes.convertShape(VectorOperators.I2F, S, 0)).fma(d1, m1);
      s10 = v.fma(a0, s10);
      s11 = v.fma(a1, s11);
      s12 = v.fma(a2, s12);
      s13 = v.fma(a3, s13);
      a0 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 256, ORDER);
      a1 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 320, ORDER);
      a2 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 384, ORDER);
      a3 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 448, ORDER);
      codes = q0.lanewise(VectorOperators.AND, BlockCells.HIGH);
      v = ((FloatVector) codes.convertShape(VectorOperators.I2F, S, 0)).fma(e0, m0);
      s00 = v.fma(a0, s00);
      s01 = v.fma(a1, s01);
      s02 = v.fma(a2, s02);
      s03 = v.fma(a3, s03);
      codes = q1.lanewise(VectorOperators.AND, BlockCells.HIGH);
      v = ((FloatVector) codes.convertShape(VectorOperators.I2F, S, 0)).fma(e1, m1);
      s10 = v.fma(a0, s10);
      s11 = v.fma(a1, s11);
      s12 = v.fma(a2, s12);
      s13 = v.fma(a3, s13);
      block += BLOCK;
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
    for (int r = 0; r < MicroDots.ROWS; r++) {
      row(depth, b, from + r * step, a, Float.BYTES * ao, sums, so + r * W);
    }
  }

  /// One row of b. The second numbers of pairs come 16 times too large; eights, which all codes are too large by, are
  /// taken off before they are added.
  private static void row(
      int depth, MemorySegment b, long from, MemorySegment a, long left, float[] sums, int so) {
    FloatVector sum = FloatVector.fromArray(S, sums, so);
    for (int p = 0; p < depth; p += 32) {
      long block = from + p / 32 * BLOCK;
      FloatVector scale = FloatVector.broadcast(S, BlockCells.scale(b, block));
      for (int i = 0; i < 16; i += W) {
        FloatVector x = FloatVector.fromMemorySegment(S, a, left + 4L * (p + i), ORDER);
        FloatVector y = FloatVector.fromMemorySegment(S, a, left + 4L * (p + i) + 64, ORDER);
        IntVector pairs = BlockCells.pairs(b, block, i);
        FloatVector first = BlockCells.low(pairs).fma(x, x.add(y).mul(BIAS));
        sum = BlockCells.high(pairs).fma(y.mul(SIXTEENTH), first).fma(scale, sum);
      }
    }
    sum.intoArray(sums, so);
  }
}
