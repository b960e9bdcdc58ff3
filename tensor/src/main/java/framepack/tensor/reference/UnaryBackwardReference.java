package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import java.util.List;

/// Defines [UnaryBackward]: the derivative of every function, written out.
final class UnaryBackwardReference {
  private UnaryBackwardReference() {}

  static void run(UnaryBackward op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] gy = Cells.load(in.get(1));
    double[] gx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      gx[i] = gy[i] * derivative(op.function(), x[i]);
    }
    Cells.store(gx, out.get(0));
  }

  private static double derivative(UnaryFunction function, double x) {
    return switch (function) {
      case NEG -> -1;
      case ABS -> Math.signum(x);
      case SQUARE -> 2 * x;
      case SQRT -> 0.5 / Math.sqrt(x);
      case RECIPROCAL -> -1 / (x * x);
      case EXP -> Math.exp(x);
      case LOG -> 1 / x;
      case SIN -> Math.cos(x);
      case COS -> -Math.sin(x);
      case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
      case SIGMOID -> UnaryReference.sigmoid(x) * UnaryReference.sigmoid(-x);
      case SILU -> gatedSigmoid(x, 1);
      case GELU_TANH -> geluTanh(x);
      case GELU_EXACT ->
          0.5 * (1 + Erf.of(x / Math.sqrt(2)))
              + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
      case QUICK_GELU -> gatedSigmoid(x, 1.702);
    };
  }

  /// Derivative of `x * sigmoid(a x)`.
  private static double gatedSigmoid(double x, double a) {
    double s = UnaryReference.sigmoid(a * x);
    return s + a * x * s * (1 - s);
  }

  private static double geluTanh(double x) {
    double t = Math.tanh(UnaryReference.geluArgument(x));
    double inner = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner;
  }
}
