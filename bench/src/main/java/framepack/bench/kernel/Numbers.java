package framepack.bench.kernel;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.Blocks;
import framepack.tensor.core.DType;
import framepack.tensor.core.Spec;
import framepack.tensor.random.Philox;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Contents of operands: normal numbers that repeat after a while, or integers that count up to a table's rows.
final class Numbers {
  /// Prime, so that rows do not repeat.
  private static final int PERIOD = 65_521;

  /// Rows of the tables that indices point into.
  static final int ROWS = 256;

  private Numbers() {}

  static Tensor fill(Workspace home, Spec spec, int operand, boolean positive) {
    Tensor tensor = home.allocate(spec);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(Math.max(1, spec.bytes()), 64);
      long count = spec.shape().elements();
      switch (spec.dtype()) {
        case F32 -> normal(host, count, operand, positive);
        case BF16, F16 -> halves(host, count, operand, spec.dtype());
        case Q8_0, Q4_0 -> blocks(host, count, operand, spec.dtype());
        default -> {
          for (long i = 0; i < count; i++) {
            host.setAtIndex(ValueLayout.JAVA_INT, i, (int) (i * 7 % ROWS));
          }
        }
      }
      home.backend().upload(host.asSlice(0, spec.bytes()), tensor.view());
    }
    return tensor;
  }

  private static void normal(MemorySegment to, long count, int operand, boolean positive) {
    float[] block = new Philox(1, operand, 0).normal(PERIOD);
    for (int i = 0; positive && i < PERIOD; i++) {
      block[i] *= block[i];
    }
    for (long at = 0; at < count; at += PERIOD) {
      int some = (int) Math.min(PERIOD, count - at);
      MemorySegment.copy(block, 0, to, ValueLayout.JAVA_FLOAT, 4 * at, some);
    }
  }

  /// The upper halves of floats, or half-precision numbers.
  private static void halves(MemorySegment to, long count, int operand, DType type) {
    float[] block = new Philox(1, operand, 0).normal(PERIOD);
    for (long i = 0; i < count; i++) {
      float number = block[(int) (i % PERIOD)];
      int upper = Float.floatToRawIntBits(number) >> Short.SIZE;
      short bits = type == DType.BF16 ? (short) upper : Float.floatToFloat16(number);
      to.setAtIndex(ValueLayout.JAVA_SHORT, i, bits);
    }
  }

  private static void blocks(MemorySegment to, long count, int operand, DType type) {
    float[] block = new Philox(1, operand, 0).normal(PERIOD / type.block() * type.block());
    for (long at = 0; at < count; at += block.length) {
      Blocks.write(type, block, 0, (int) Math.min(block.length, count - at), to, at);
    }
  }
}
