package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import java.util.List;

/// Defines [Binary].
final class BinaryReference {
  private BinaryReference() {}

  static void run(Binary op, List<View> in, List<View> out) {
    double[] a = Cells.load(in.get(0), out.get(0).shape());
    double[] b = Cells.load(in.get(1), out.get(0).shape());
    double[] c = new double[a.length];
    for (int i = 0; i < c.length; i++) {
      c[i] = apply(op.operator(), a[i], b[i]);
    }
    Cells.store(c, out.get(0));
  }

  private static double apply(BinaryOperator operator, double a, double b) {
    return switch (operator) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }
}
