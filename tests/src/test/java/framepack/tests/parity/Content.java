package framepack.tests.parity;

import framepack.tensor.op.Op;
import java.util.List;

/// What an operand holds.
public sealed interface Content {
  /// Gaussian numbers of this standard deviation.
  record Normal(double deviation) implements Content {}

  /// Evenly spread numbers.
  record Uniform(double from, double to) implements Content {}

  /// Integers from `from` up to but without `to`.
  record Integers(long from, long to) implements Content {}

  /// These numbers over and over.
  record Listed(List<Double> values) implements Content {}

  /// Result number `output` of an operation on earlier operands of the same case, as the reference computes it.
  record ResultOf(Op op, int output, List<Integer> inputs) implements Content {}
}
