package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Seeded operands off the heap, and reading them back as doubles.
final class Numbers {
  private Numbers() {}

  /// `count` values of magnitude below one, stored as `type`.
  static MemorySegment random(long count, DType type, long seed) {
    MemorySegment data = Arena.ofAuto().allocate(Math.max(1, count * type.bytes()), 64);
    Random random = new Random(seed);
    for (long i = 0; i < count; i++) {
      float value = random.nextFloat() * 2 - 1;
      switch (type) {
        case F32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        case BF16 ->
            data.setAtIndex(
                ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(value) >>> 16));
        case F16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(value));
        default -> throw new IllegalArgumentException(type.toString());
      }
    }
    return data;
  }

  static double at(MemorySegment data, DType type, long i) {
    return switch (type) {
      case F32 -> data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      case BF16 -> Float.intBitsToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
      case F16 -> Float.float16ToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, i));
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  static float f32(MemorySegment data, long i) {
    return data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
  }
}
