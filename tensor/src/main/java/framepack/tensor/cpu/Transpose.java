package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Turns square blocks of WIDTH x WIDTH floats in registers, for the packing of row-major operands.
///
/// One step takes four rows a quarter of the block apart and writes four neighbouring ones: two
/// perfect shuffles. Shuffling every row index into the column index turns the block, so 16 lanes
/// need two steps, 8 lanes one and a half, 4 lanes one. The steps are separate small methods: one
/// method with all 64 shuffles makes C1 run out of virtual registers and stay interpreted.
final class Transpose {
  private static final int W = Lanes.WIDTH;
  private static final int Q = W / 4;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /// Bytes of a row of a right panel.
  private static final long ROW = Float.BYTES * Micro.COLUMNS;

  private static final IntVector LOW = weave(0);
  private static final IntVector HIGH = weave(W / 2);

  private Transpose() {}

  /// Indices for `x[from], y[from], x[from + 1], y[from + 1], ...`.
  private static IntVector weave(int from) {
    int[] index = new int[W];
    for (int i = 0; i < W; i++) {
      index[i] = from + i / 2 + (i % 2) * W;
    }
    return IntVector.fromArray(Lanes.INTS, index, 0);
  }

  /// `to[at + c * toStride + r] = from[start + r * fromStride + c]` for r, c below WIDTH.
  static void block(
      float[] from, int start, int fromStride, float[] to, int at, int toStride, float[] turn) {
    if (W == 4) {
      quarter(from, start, fromStride, to, at, toStride);
      return;
    }
    for (int i = 0; i < Q; i++) {
      quarter(from, start + i * fromStride, Q * fromStride, turn, 4 * i * W, W);
    }
    if (W == 16) {
      for (int i = 0; i < Q; i++) {
        quarter(turn, i * W, Q * W, to, at + 4 * i * toStride, toStride);
      }
    } else {
      for (int i = 0; i < W / 2; i++) {
        half(turn, i * W, to, at + 2 * i * toStride, toStride);
      }
    }
  }

  /// The same from rows `step` bytes apart to rows of a right panel of [Micro], all offsets in bytes; WIDTH 8 or 16.
  static void block(
      MemorySegment from, long start, long step, MemorySegment to, long at, float[] turn) {
    for (int i = 0; i < Q; i++) {
      quarter(from, start + i * step, Q * step, turn, 4 * i * W, W);
    }
    finish(turn, to, at);
  }

  /// The same from rows on the heap, `fromStride` floats apart.
  static void block(
      float[] from, int start, int fromStride, MemorySegment to, long at, float[] turn) {
    for (int i = 0; i < Q; i++) {
      quarter(from, start + i * fromStride, Q * fromStride, turn, 4 * i * W, W);
    }
    finish(turn, to, at);
  }

  /// The second half of turning into a right panel.
  private static void finish(float[] turn, MemorySegment to, long at) {
    if (W == 16) {
      for (int i = 0; i < Q; i++) {
        quarter(turn, i * W, Q * W, to, at + 4 * i * ROW);
      }
    } else {
      for (int i = 0; i < W / 2; i++) {
        half(turn, i * W, to, at + 2 * i * ROW);
      }
    }
  }

  private static void quarter(MemorySegment x, long o, long step, float[] y, int at, int stride) {
    IntVector a = IntVector.fromMemorySegment(Lanes.INTS, x, o, ORDER);
    IntVector b = IntVector.fromMemorySegment(Lanes.INTS, x, o + step, ORDER);
    IntVector c = IntVector.fromMemorySegment(Lanes.INTS, x, o + 2 * step, ORDER);
    IntVector d = IntVector.fromMemorySegment(Lanes.INTS, x, o + 3 * step, ORDER);
    IntVector acLow = LOW.selectFrom(a, c);
    IntVector acHigh = HIGH.selectFrom(a, c);
    IntVector bdLow = LOW.selectFrom(b, d);
    IntVector bdHigh = HIGH.selectFrom(b, d);
    LOW.selectFrom(acLow, bdLow).reinterpretAsFloats().intoArray(y, at);
    HIGH.selectFrom(acLow, bdLow).reinterpretAsFloats().intoArray(y, at + stride);
    LOW.selectFrom(acHigh, bdHigh).reinterpretAsFloats().intoArray(y, at + 2 * stride);
    HIGH.selectFrom(acHigh, bdHigh).reinterpretAsFloats().intoArray(y, at + 3 * stride);
  }

  private static void quarter(float[] x, int o, int step, float[] y, int at, int stride) {
    IntVector a = FloatVector.fromArray(Lanes.FLOATS, x, o).reinterpretAsInts();
    IntVector b = FloatVector.fromArray(Lanes.FLOATS, x, o + step).reinterpretAsInts();
    IntVector c = FloatVector.fromArray(Lanes.FLOATS, x, o + 2 * step).reinterpretAsInts();
    IntVector d = FloatVector.fromArray(Lanes.FLOATS, x, o + 3 * step).reinterpretAsInts();
    IntVector acLow = LOW.selectFrom(a, c);
    IntVector acHigh = HIGH.selectFrom(a, c);
    IntVector bdLow = LOW.selectFrom(b, d);
    IntVector bdHigh = HIGH.selectFrom(b, d);
    LOW.selectFrom(acLow, bdLow).reinterpretAsFloats().intoArray(y, at);
    HIGH.selectFrom(acLow, bdLow).reinterpretAsFloats().intoArray(y, at + stride);
    LOW.selectFrom(acHigh, bdHigh).reinterpretAsFloats().intoArray(y, at + 2 * stride);
    HIGH.selectFrom(acHigh, bdHigh).reinterpretAsFloats().intoArray(y, at + 3 * stride);
  }

  private static void quarter(float[] x, int o, int step, MemorySegment y, long at) {
    IntVector a = FloatVector.fromArray(Lanes.FLOATS, x, o).reinterpretAsInts();
    IntVector b = FloatVector.fromArray(Lanes.FLOATS, x, o + step).reinterpretAsInts();
    IntVector c = FloatVector.fromArray(Lanes.FLOATS, x, o + 2 * step).reinterpretAsInts();
    IntVector d = FloatVector.fromArray(Lanes.FLOATS, x, o + 3 * step).reinterpretAsInts();
    IntVector acLow = LOW.selectFrom(a, c);
    IntVector acHigh = HIGH.selectFrom(a, c);
    IntVector bdLow = LOW.selectFrom(b, d);
    IntVector bdHigh = HIGH.selectFrom(b, d);
    LOW.selectFrom(acLow, bdLow).intoMemorySegment(y, at, ORDER);
    HIGH.selectFrom(acLow, bdLow).intoMemorySegment(y, at + ROW, ORDER);
    LOW.selectFrom(acHigh, bdHigh).intoMemorySegment(y, at + 2 * ROW, ORDER);
    HIGH.selectFrom(acHigh, bdHigh).intoMemorySegment(y, at + 3 * ROW, ORDER);
  }

  private static void half(float[] x, int o, MemorySegment y, long at) {
    IntVector a = FloatVector.fromArray(Lanes.FLOATS, x, o).reinterpretAsInts();
    IntVector b = FloatVector.fromArray(Lanes.FLOATS, x, o + W / 2 * W).reinterpretAsInts();
    LOW.selectFrom(a, b).intoMemorySegment(y, at, ORDER);
    HIGH.selectFrom(a, b).intoMemorySegment(y, at + ROW, ORDER);
  }

  private static void half(float[] x, int o, float[] y, int at, int stride) {
    IntVector a = FloatVector.fromArray(Lanes.FLOATS, x, o).reinterpretAsInts();
    IntVector b = FloatVector.fromArray(Lanes.FLOATS, x, o + W / 2 * W).reinterpretAsInts();
    LOW.selectFrom(a, b).reinterpretAsFloats().intoArray(y, at);
    HIGH.selectFrom(a, b).reinterpretAsFloats().intoArray(y, at + stride);
  }
}
