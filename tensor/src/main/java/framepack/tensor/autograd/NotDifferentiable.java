package framepack.tensor.autograd;

import framepack.tensor.op.Op;

/// A gradient was asked for through an operation that has none, for the stated reason.
public final class NotDifferentiable extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  NotDifferentiable(Op op, String reason) {
    super(op.name() + " has no gradient: " + reason);
  }
}
