package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.RmsNorm;
import java.util.List;

/// Defines [RmsNorm].
final class RmsNormReference {
  private RmsNormReference() {}

  static void run(RmsNorm op, List<View> in, List<View> out) {
    Cells.store(normalise(in.get(0), in.get(1), op.eps()), out.get(0));
  }

  static double[] normalise(View input, View weights, double eps) {
    double[] x = Cells.load(input);
    double[] weight = Cells.load(weights);
    int d = weight.length;
    for (int row = 0; row < x.length; row += d) {
      double scale = scale(x, row, d, eps);
      for (int i = 0; i < d; i++) {
        x[row + i] *= scale * weight[i];
      }
    }
    return x;
  }

  /// `1 / sqrt(mean(x²) + eps)` of one row.
  static double scale(double[] x, int row, int d, double eps) {
    double squares = 0;
    for (int i = 0; i < d; i++) {
      squares += x[row + i] * x[row + i];
    }
    return 1 / Math.sqrt(squares / d + eps);
  }
}
