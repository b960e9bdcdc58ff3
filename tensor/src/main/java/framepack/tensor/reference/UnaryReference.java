package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryFunction;
import java.util.List;

/// Defines [Unary].
final class UnaryReference {
  private UnaryReference() {}

  static void run(Unary op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    for (int i = 0; i < x.length; i++) {
      x[i] = apply(op.function(), x[i]);
    }
    Cells.store(x, out.get(0));
  }

  static double apply(UnaryFunction function, double x) {
    return switch (function) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case SILU -> x * sigmoid(x);
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(geluArgument(x)));
      case GELU_EXACT -> 0.5 * x * (1 + Erf.of(x / Math.sqrt(2)));
      case QUICK_GELU -> x * sigmoid(1.702 * x);
    };
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static double geluArgument(double x) {
    return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  }
}
