package framepack.tensor.cpu;

import framepack.tensor.core.Blocks;
import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// y[i] = (type of y) x[i]
///
/// shapes  : x any layout; y dense or the target of an in-place copy
/// assumes : nothing; blocks dense; F32 <-> BF16/F16/blocks of contiguous rows go through heap blocks that C2 vectorises, other pairs
///           element by element through double
/// error   : one rounding to nearest even; integers saturate, fractions are cut towards zero
/// work    : bytes of x + bytes of y -> memory bound where the types are equal or floats of 16 and 32 bit
/// source  : the contract of [framepack.tensor.op.Copy]
final class CopyCpu {
  private static final int BLOCK = 2048;
  private static final int STAGED = Scratch.FIRST_FREE;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private CopyCpu() {}

  static void run(Call call) {
    View from = call.in(0);
    View to = call.out(0);
    if (from.dtype() == to.dtype() && from.dtype().isBlocks()) {
      Strided.copy(call, from.bytes(), to.bytes());
    } else if (from.dtype() == to.dtype() && from.dtype() != DType.BOOL) {
      Strided.copy(call, from, to);
    } else if (isShortFloat(from.dtype()) && isShortFloat(to.dtype())) {
      convertFloats(call, call.rows(0), to);
    } else if (from.dtype().isBlocks() || to.dtype().isBlocks()) {
      throw call.unsupported();
    } else {
      convert(call, from, to);
    }
  }

  /// Whether rows can be read and written as floats.
  private static boolean isShortFloat(DType type) {
    return Cells.readable(type) || type.isBlocks();
  }

  private static void convertFloats(Call call, View from, View to) {
    Walk walk = Walk.over(from.layout(), to.layout());
    if (!walk.isContiguous()) {
      convert(call, from, to);
      return;
    }
    walk.forEachOwned(
        call,
        (row, start, count, own) -> {
          float[] block = own.floats(STAGED, BLOCK);
          long source = walk.at(0, row) + start;
          long target = walk.at(1, row) + start;
          for (int i = 0; i < count; i += BLOCK) {
            int n = Math.min(BLOCK, count - i);
            Cells.read(from.dtype(), from.segment(), source + i, block, 0, n);
            write(block, n, to.dtype(), to.segment(), target + i);
          }
        });
  }

  private static void write(float[] x, int n, DType type, MemorySegment y, long element) {
    switch (type) {
      case BF16 -> writeBrains(x, n, y, 2 * element);
      case F16 -> writeHalves(x, n, y, 2 * element);
      case Q8_0, Q4_0 -> Blocks.write(type, x, 0, n, y, element);
      default -> MemorySegment.copy(x, 0, y, FLOAT, 4 * element, n);
    }
  }

  private static void writeBrains(float[] x, int n, MemorySegment y, long at) {
    for (int i = 0; i < n; i++) {
      y.set(SHORT, at + 2L * i, brain(x[i]));
    }
  }

  private static void writeHalves(float[] x, int n, MemorySegment y, long at) {
    for (int i = 0; i < n; i++) {
      y.set(SHORT, at + 2L * i, Float.floatToFloat16(x[i]));
    }
  }

  /// Nearest bf16, ties to even; every NaN becomes the quiet one.
  private static short brain(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
    return (short) (value != value ? 0x7fc0 : rounded);
  }

  private static void convert(Call call, View from, View to) {
    Walk walk = Walk.over(from.layout(), to.layout());
    long fromStep = walk.step(0);
    long toStep = walk.step(1);
    walk.forEach(
        call,
        (row, start, count) -> {
          long source = walk.at(0, row) + start * fromStep;
          long target = walk.at(1, row) + start * toStep;
          for (int i = 0; i < count; i++) {
            double value = read(from.segment(), from.dtype(), source + i * fromStep);
            write(to.segment(), to.dtype(), target + i * toStep, value);
          }
        });
  }

  private static double read(MemorySegment x, DType type, long element) {
    return switch (type) {
      case F32 -> x.get(FLOAT, 4 * element);
      case F64 -> x.get(DOUBLE, 8 * element);
      case BF16 -> Float.intBitsToFloat(x.get(SHORT, 2 * element) << 16);
      case F16 -> Float.float16ToFloat(x.get(SHORT, 2 * element));
      case I64 -> x.get(LONG, 8 * element);
      case I32 -> x.get(INT, 4 * element);
      case I16 -> x.get(SHORT, 2 * element);
      case I8 -> x.get(BYTE, element);
      case U8 -> Byte.toUnsignedInt(x.get(BYTE, element));
      case BOOL -> x.get(BYTE, element) == 0 ? 0 : 1;
      case Q8_0, Q4_0 -> Blocks.read(type, x, element);
    };
  }

  static void write(MemorySegment y, DType type, long element, double value) {
    switch (type) {
      case F32 -> y.set(FLOAT, 4 * element, (float) value);
      case F64 -> y.set(DOUBLE, 8 * element, value);
      case BF16 -> y.set(SHORT, 2 * element, brain((float) value));
      case F16 -> y.set(SHORT, 2 * element, Float.floatToFloat16((float) value));
      case I64 -> y.set(LONG, 8 * element, (long) value);
      case I32 -> y.set(INT, 4 * element, (int) value);
      case I16 -> y.set(SHORT, 2 * element, (short) Math.clamp((int) value, -32768, 32767));
      case I8 -> y.set(BYTE, element, (byte) Math.clamp((int) value, -128, 127));
      case U8 -> y.set(BYTE, element, (byte) Math.clamp((int) value, 0, 255));
      case BOOL -> y.set(BYTE, element, (byte) (value != 0 ? 1 : 0));
      case Q8_0, Q4_0 -> throw new IllegalArgumentException(type + " is written in blocks");
    }
  }
}
