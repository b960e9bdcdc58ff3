package framepack.tensor.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Blocks of 32 numbers x with one scale d, byte for byte those of ggml:
///
/// - `Q8_0`, 34 bytes: d as f16, then 32 integers q of 8 bit; `x = d q`, `d = max|x| / 127`.
/// - `Q4_0`, 18 bytes: d as f16, then 16 bytes, byte i holding q of number i in its low half and of number i + 16 in its
///   high one; `x = d (q - 8)`, `d = m / -8` for the x of largest magnitude, m.
///
/// A number read back is exact in f32, and off by at most d / 2 (in Q4_0 by d where it lies opposite to m) and the rounding
/// of d to f16. A block whose scale exceeds the largest f16 reads as infinities, one whose scale is below the smallest as
/// zeros.
public final class Blocks {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final int SIZE = 32;
  private static final int HALF = SIZE / 2;

  private Blocks() {}

  /// Number `element` of dense blocks from the start of `data` on.
  public static float read(DType type, MemorySegment data, long element) {
    long block = element / SIZE * type.blockBytes();
    int i = (int) (element % SIZE);
    float scale = Float.float16ToFloat(data.get(SHORT, block));
    long codes = block + Short.BYTES;
    return switch (type) {
      case Q8_0 -> scale * data.get(BYTE, codes + i);
      case Q4_0 -> scale * ((data.get(BYTE, codes + i % HALF) >> i / HALF * 4 & 15) - 8);
      default -> throw new IllegalArgumentException(type + " stores no blocks");
    };
  }

  /// Writes `count` numbers, whole blocks, as elements from `element` on, the first of a block.
  public static void write(
      DType type, float[] x, int at, int count, MemorySegment data, long element) {
    long to = element / SIZE * type.blockBytes();
    for (int i = at; i < at + count; i += SIZE) {
      switch (type) {
        case Q8_0 -> writeEight(x, i, data, to);
        case Q4_0 -> writeFour(x, i, data, to);
        default -> throw new IllegalArgumentException(type + " stores no blocks");
      }
      to += type.blockBytes();
    }
  }

  private static void writeEight(float[] x, int at, MemorySegment data, long to) {
    float scale = Math.abs(furthest(x, at)) / 127;
    float inverse = inverse(scale);
    data.set(SHORT, to, Float.floatToFloat16(scale));
    for (int i = 0; i < SIZE; i++) {
      data.set(BYTE, to + Short.BYTES + i, (byte) rounded(x[at + i] * inverse));
    }
  }

  private static void writeFour(float[] x, int at, MemorySegment data, long to) {
    float scale = furthest(x, at) / -8;
    float inverse = inverse(scale);
    data.set(SHORT, to, Float.floatToFloat16(scale));
    for (int i = 0; i < HALF; i++) {
      int low = four(x[at + i] * inverse);
      int high = four(x[at + HALF + i] * inverse);
      data.set(BYTE, to + Short.BYTES + i, (byte) (low | high << 4));
    }
  }

  /// The number of largest magnitude, the first of several.
  private static float furthest(float[] x, int at) {
    float furthest = 0;
    for (int i = at; i < at + SIZE; i++) {
      if (Math.abs(x[i]) > Math.abs(furthest)) {
        furthest = x[i];
      }
    }
    return furthest;
  }

  private static float inverse(float scale) {
    return scale == 0 ? 0 : 1 / scale;
  }

  /// The nearest integer, halves away from zero.
  private static int rounded(float x) {
    return (int) (x + Math.copySign(0.5, x));
  }

  private static int four(float x) {
    return Math.clamp((int) (x + 8.5f), 0, 15);
  }
}
