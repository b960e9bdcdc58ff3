package framepack.tests.parity;

import framepack.tensor.op.Op;
import java.util.List;

/// One description of an operation on operands: what the reference and every backend run. The seed determines every number.
public record OpCase(String label, Op op, List<Operand> operands, Judge judge, long seed) {
  /// All that is needed to see a failure again.
  @Override
  public String toString() {
    return op + " " + label + " on " + operands + " seed " + seed;
  }
}
