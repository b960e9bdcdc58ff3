package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.OpenCl;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Linear;
import framepack.tensor.op.Op;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import framepack.tests.parity.OpCase;
import java.util.List;

/// The devices that tests run on. Where FRAMEPACK_EXPECT_OPENCL is set, as on a build server that installed a driver, a
/// missing one fails; elsewhere it skips.
final class Devices {
  private Devices() {}

  static ClDevice first() {
    OpenCl here = OpenCl.here();
    if (here.devices().isEmpty()) {
      missing(here.missing());
    }
    return here.devices().getFirst();
  }

  /// Ends a test that cannot run.
  static void missing(String what) {
    if (System.getenv("FRAMEPACK_EXPECT_OPENCL") != null) {
      fail("FRAMEPACK_EXPECT_OPENCL is set, but: " + what);
    }
    abort("not tested: " + what);
  }

  /// Cases without those that differ from others only in the function that is compiled into the same kernel.
  static List<OpCase> ofEveryKernel(List<OpCase> cases) {
    return cases.stream().filter(c -> isTypical(c.op())).toList();
  }

  private static boolean isTypical(Op op) {
    if (op instanceof Unary unary) {
      return unary.function() == UnaryFunction.SILU;
    }
    if (op instanceof UnaryBackward unary) {
      return unary.function() == UnaryFunction.SILU;
    }
    if (op instanceof Linear linear) {
      return linear.activation() == Activation.NONE;
    }
    return !(op instanceof Binary binary) || binary.operator() == BinaryOperator.ADD;
  }

  /// Elements of all operands; those that the forward pass gives count nothing.
  static long elements(OpCase opCase) {
    return opCase.operands().stream()
        .mapToLong(operand -> operand.shape() == null ? 0 : operand.shape().elements())
        .sum();
  }

  /// Whether no operand is converted to another type.
  static boolean keepsTypes(OpCase opCase) {
    return !(opCase.op() instanceof Copy copy)
        || opCase.operands().getFirst().dtype() == copy.dtype();
  }
}
