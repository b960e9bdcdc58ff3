package framepack.tensor.meta;

import framepack.tensor.core.Spec;
import framepack.tensor.op.Op;
import java.util.List;

/// An operation on operands of certain types and shapes.
public record Call(Op op, List<Spec> inputs) {
  /// Floating-point operations of one such call.
  public double flops() {
    return op.flops(inputs);
  }

  /// Bytes that one such call moves at least.
  public double bytes() {
    return op.bytes(inputs);
  }
}
