package framepack.verify;

import framepack.tensor.core.Blocks;
import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The distance of two tensors of one shape: `max|a - b| / max|b|`, or plain `max|a - b|`. Not-a-number and infinite
/// values must stand at the same places; then they are left out.
final class Comparison {
  private Comparison() {}

  /// The error of `ours` against dense `reference`; infinite where they disagree about special values or integers.
  static double error(Values ours, View reference, boolean absolute) {
    Values theirs = Values.of(reference);
    boolean exact = !reference.dtype().isFloating();
    double difference = 0;
    double largest = 0;
    for (long i = 0; i < theirs.count(); i++) {
      if (exact) {
        if (ours.integer(i) != theirs.integer(i)) {
          difference = Math.max(difference, Math.max(1, Math.abs(ours.real(i) - theirs.real(i))));
        }
        continue;
      }
      double a = ours.real(i);
      double b = theirs.real(i);
      if (Double.isFinite(b) && Double.isFinite(a)) {
        difference = Math.max(difference, Math.abs(a - b));
        largest = Math.max(largest, Math.abs(b));
      } else if (Double.compare(a, b) != 0) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return absolute || exact || largest == 0 ? difference : difference / largest;
  }

  /// Dense elements read one at a time as a number.
  record Values(DType dtype, MemorySegment bytes, long count) {
    static Values of(View view) {
      long count = view.shape().elements();
      MemorySegment dense = view.segment().asSlice(view.byteOffset(), view.dtype().bytes(count));
      return new Values(view.dtype(), dense, count);
    }

    double real(long i) {
      return switch (dtype) {
        case F32 -> bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4);
        case F64 -> bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, i * 8);
        case BF16 -> Float.intBitsToFloat(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, i * 2) << 16);
        case F16 -> Float.float16ToFloat(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, i * 2));
        case I64, I32, I16, I8, U8, BOOL -> integer(i);
        case Q8_0, Q4_0 -> Blocks.read(dtype, bytes, i);
      };
    }

    long integer(long i) {
      return switch (dtype) {
        case I64 -> bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, i * 8);
        case I32 -> bytes.get(ValueLayout.JAVA_INT_UNALIGNED, i * 4);
        case I16 -> bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, i * 2);
        case I8 -> bytes.get(ValueLayout.JAVA_BYTE, i);
        case U8, BOOL -> bytes.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
        case F32, F64, BF16, F16, Q8_0, Q4_0 -> {
          double value = real(i);
          yield value == Math.rint(value) ? (long) value : Long.MIN_VALUE; // never equals an index
        }
      };
    }
  }
}
