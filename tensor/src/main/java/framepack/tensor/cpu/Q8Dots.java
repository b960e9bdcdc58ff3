package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [MicroDots] of weights that are stored as Q8_0: numbers become floats in registers, on their way to the sums.
///
/// shapes  : as [MicroDots]; depth a multiple of 32
/// assumes : as [MicroDots]; b anywhere
/// error   : as [MicroDots]; a weight is exact in f32
/// work    : 16 or 4 FLOP a weight of 8.5 bits; a vector takes load with extension, conversion, scaling, and 4 or 1 multiply-adds
/// source  : [MicroDots], [BlockCells]
final class Q8Dots {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int W = Lanes.WIDTH;
  private static final int BLOCK = 34;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Q8Dots() {}

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
      FloatVector a0 = FloatVector.fromMemorySegment(S, a, left + 16L * p, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 64, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 128, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 192, ORDER);
      ByteVector codes = ByteVector.fromMemorySegment(Lanes.BYTES, b, block + 2, ORDER);
      FloatVector v = ((FloatVector) codes.convertShape(VectorOperators.B2F, S, 0)).mul(d0);
      s00 = v.fma(a0, s00);
      s01 = v.fma(a1, s01);
      s02 = v.fma(a2, s02);
      s03 = v.fma(a3, s03);
      codes = ByteVector.fromMemorySegment(Lanes.BYTES, b, block + step + 2, ORDER);
      v = ((FloatVector) codes.convertShape(VectorOperators.B2F, S, 0)).mul(d1);
      s10 = v.fma(a0, s10);
      s11 = v.fma(a1, s11);
      s12 = v.fma(a2, s12);
      s13 = v.fma(a3, s13);
      a0 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 256, ORDER);
      a1 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 320, ORDER);
      a2 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 384, ORDER);
      a3 = FloatVector.fromMemorySegment(S, a, left + 16L * p + 448, ORDER);
      codes = ByteVector.fromMemorySegment(Lanes.BYTES, b, block + 18, ORDER);
      v = ((FloatVector) codes.convertShape(VectorOperators.B2F, S, 0)).mul(d0);
      s00 = v.fma(a0, s00);
      s01 = v.fma(a1, s01);
      s02 = v.fma(a2, s02);
      s03 = v.fma(a3, s03);
      codes = ByteVector.fromMemorySegment(Lanes.BYTES, b, block + step + 18, ORDER);
      v = ((FloatVector) codes.convertShape(VectorOperators.B2F, S, 0)).mul(d1);
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

  /// One row of a. A method of its own for a block's sum might be compiled before this one, and is then not inlined.
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
    long block = from;
    for (int p = 0; p < depth; p += 32) {
      FloatVector d0 = FloatVector.broadcast(S, BlockCells.scale(b, block));
      FloatVector d1 = FloatVector.broadcast(S, BlockCells.scale(b, block + step));
      FloatVector d2 = FloatVector.broadcast(S, BlockCells.scale(b, block + 2 * step));
      FloatVector d3 = FloatVector.broadcast(S, BlockCells.scale(b, block + 3 * step));
      for (int i = 0; i < 32; i += W) {
        FloatVector x = FloatVector.fromMemorySegment(S, a, left + 4L * (p + i), ORDER);
        s0 = BlockCells.eight(b, block, i).mul(d0).fma(x, s0);
        s1 = BlockCells.eight(b, block + step, i).mul(d1).fma(x, s1);
        s2 = BlockCells.eight(b, block + 2 * step, i).mul(d2).fma(x, s2);
        s3 = BlockCells.eight(b, block + 3 * step, i).mul(d3).fma(x, s3);
      }
      block += BLOCK;
    }
    s0.intoArray(sums, so);
    s1.intoArray(sums, so + W);
    s2.intoArray(sums, so + 2 * W);
    s3.intoArray(sums, so + 3 * W);
  }
}
