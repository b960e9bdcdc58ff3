package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import java.util.List;

/// Defines [Linear].
final class LinearReference {
  private LinearReference() {}

  static void run(Linear op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] weight = Cells.load(in.get(1));
    int n = Cells.extent(in.get(1), 0);
    int k = Cells.extent(in.get(1), 1);
    double[] bias = op.bias() ? Cells.load(in.get(2)) : new double[n];
    double[] y = new double[Cells.count(out.get(0).shape())];
    for (int i = 0; i < y.length; i++) {
      double sum = bias[i % n];
      for (int p = 0; p < k; p++) {
        sum += x[i / n * k + p] * weight[i % n * k + p];
      }
      y[i] = activate(op.activation(), sum);
    }
    if (op.gated()) {
      gate(y, in);
    }
    Cells.store(y, out.get(0));
  }

  private static double activate(Activation activation, double x) {
    return activation.function().map(f -> UnaryReference.apply(f, x)).orElse(x);
  }

  private static void gate(double[] y, List<View> in) {
    View residualView = in.get(in.size() - 2);
    double[] residual = Cells.load(residualView);
    double[] gate = Cells.load(in.getLast());
    int n = Cells.extent(residualView, 2);
    int item = Cells.extent(residualView, 1) * n;
    for (int i = 0; i < y.length; i++) {
      y[i] = residual[i] + gate[i / item * n + i % n] * y[i];
    }
  }
}
