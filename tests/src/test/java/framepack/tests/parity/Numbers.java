package framepack.tests.parity;

import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/// Numbers to bytes and back, by means of the tests' own.
public final class Numbers {
  private Numbers() {}

  /// Row-major values of `content`, each one that `dtype` can hold.
  public static double[] draw(Content content, int count, SplittableRandom random) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (content) {
            case Content.Normal normal -> normal.deviation() * random.nextGaussian();
            case Content.Uniform range -> random.nextDouble(range.from(), range.to());
            case Content.Integers range -> random.nextLong(range.from(), range.to());
            case Content.Listed list -> list.values().get(i % list.values().size());
            case Content.ResultOf _ -> throw new IllegalArgumentException("computed, not drawn");
          };
    }
    return values;
  }

  /// Writes row-major `values` into storage through `layout`.
  static void scatter(DType dtype, double[] values, Layout layout, byte[] storage) {
    ByteBuffer bytes = ByteBuffer.wrap(storage).order(ByteOrder.LITTLE_ENDIAN);
    if (dtype.isBlocks()) {
      BlockNumbers.put(dtype, values, bytes);
      return;
    }
    long[] at = new long[layout.shape().rank()];
    for (double value : values) {
      long place = layout.offset();
      for (int axis = 0; axis < at.length; axis++) {
        place += at[axis] * layout.stride(axis);
      }
      put(bytes, dtype, Math.toIntExact(place), value);
      for (int axis = at.length - 1; axis >= 0; axis--) {
        if (++at[axis] < layout.shape().extent(axis)) {
          break;
        }
        at[axis] = 0;
      }
    }
  }

  public static double[] decode(DType dtype, byte[] dense) {
    ByteBuffer bytes = ByteBuffer.wrap(dense).order(ByteOrder.LITTLE_ENDIAN);
    if (dtype.isBlocks()) {
      return BlockNumbers.get(dtype, bytes);
    }
    double[] values = new double[dense.length / dtype.bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(bytes, dtype, i);
    }
    return values;
  }

  private static void put(ByteBuffer bytes, DType dtype, int i, double value) {
    switch (dtype) {
      case F32 -> bytes.putFloat(i * 4, (float) value);
      case F64 -> bytes.putDouble(i * 8, value);
      case BF16 -> bytes.putShort(i * 2, (short) (Float.floatToIntBits((float) value) >>> 16));
      case F16 -> bytes.putShort(i * 2, Float.floatToFloat16((float) value));
      case I64 -> bytes.putLong(i * 8, (long) value);
      case I32 -> bytes.putInt(i * 4, (int) value);
      case I16 -> bytes.putShort(i * 2, (short) value);
      case I8, U8, BOOL -> bytes.put(i, (byte) (int) value);
      case Q8_0, Q4_0 -> throw new IllegalArgumentException("no number by itself");
    }
  }

  private static double get(ByteBuffer bytes, DType dtype, int i) {
    return switch (dtype) {
      case F32 -> bytes.getFloat(i * 4);
      case F64 -> bytes.getDouble(i * 8);
      case BF16 -> Float.intBitsToFloat(bytes.getShort(i * 2) << 16);
      case F16 -> Float.float16ToFloat(bytes.getShort(i * 2));
      case I64 -> bytes.getLong(i * 8);
      case I32 -> bytes.getInt(i * 4);
      case I16 -> bytes.getShort(i * 2);
      case I8 -> bytes.get(i);
      case U8, BOOL -> Byte.toUnsignedInt(bytes.get(i));
      case Q8_0, Q4_0 -> throw new IllegalArgumentException("no number by itself");
    };
  }
}
