package framepack.tests.parity;

import framepack.tensor.core.DType;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Numbers to blocks of 32 and back, in doubles, by means of the tests' own: the format of ggml, told once more.
final class BlockNumbers {
  private static final int SIZE = 32;

  private BlockNumbers() {}

  static void put(DType type, double[] values, ByteBuffer to) {
    for (int i = 0; i < values.length; i += SIZE) {
      double[] block = Arrays.copyOfRange(values, i, i + SIZE);
      double low = Arrays.stream(block).min().orElseThrow();
      double high = Arrays.stream(block).max().orElseThrow();
      boolean eight = type == DType.Q8_0;
      double scale = eight ? Math.max(high, -low) / 127 : (-low > high ? low : high) / -8;
      to.putShort(Float.floatToFloat16((float) scale));
      int[] codes = new int[SIZE];
      for (int k = 0; k < SIZE; k++) {
        double code = scale == 0 ? 0 : block[k] / scale;
        codes[k] = (int) (eight ? Math.rint(code) : Math.clamp(Math.rint(code), -8, 7) + 8);
      }
      for (int k = 0; k < (eight ? SIZE : SIZE / 2); k++) {
        to.put((byte) (eight ? codes[k] : codes[k + SIZE / 2] * 16 + codes[k]));
      }
    }
  }

  static double[] get(DType type, ByteBuffer from) {
    int blocks = from.remaining() / (type == DType.Q8_0 ? 34 : 18);
    double[] values = new double[blocks * SIZE];
    for (int i = 0; i < values.length; i += SIZE) {
      double scale = Float.float16ToFloat(from.getShort());
      for (int k = 0; k < (type == DType.Q8_0 ? SIZE : SIZE / 2); k++) {
        int code = from.get();
        if (type == DType.Q8_0) {
          values[i + k] = scale * code;
        } else {
          values[i + k] = scale * (Math.floorMod(code, 16) - 8);
          values[i + k + SIZE / 2] = scale * (Byte.toUnsignedInt((byte) code) / 16 - 8);
        }
      }
    }
    return values;
  }
}
