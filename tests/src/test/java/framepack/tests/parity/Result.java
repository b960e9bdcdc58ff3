package framepack.tests.parity;

import framepack.tensor.core.Spec;
import java.util.Arrays;

/// The bytes that an operation left in one of its results.
record Result(Spec spec, byte[] bytes) {
  /// The same numbers to the last bit, NaN for NaN: its bits are not promised, since a compiler may swap the factors of a
  /// product of two.
  boolean isSame(Result other) {
    return Arrays.equals(bytes, other.bytes) || Arrays.equals(values(), other.values());
  }

  double[] values() {
    return Numbers.decode(spec.dtype(), bytes);
  }
}
