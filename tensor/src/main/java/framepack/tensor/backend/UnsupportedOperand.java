package framepack.tensor.backend;

import framepack.tensor.op.Op;
import java.util.List;

/// A backend has no kernel for these operand types.
public final class UnsupportedOperand extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public UnsupportedOperand(String backend, Op op, List<?> operands, String instead) {
    super(backend + ": " + op.name() + " cannot take " + operands + "; " + instead);
  }
}
