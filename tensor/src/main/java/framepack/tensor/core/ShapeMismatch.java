package framepack.tensor.core;

import java.util.Arrays;

/// An operation was given operands that do not fit. The message names the operation, the rule and every operand, and
/// is thrown before any kernel runs.
public final class ShapeMismatch extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// For example `linear: expected x [..., k] and weight [n, k] sharing k, got [[1560, 3072], [4096, 3000]]`.
  public ShapeMismatch(String op, String expected, Object... operands) {
    super(op + ": expected " + expected + ", got " + Arrays.toString(operands));
  }
}
