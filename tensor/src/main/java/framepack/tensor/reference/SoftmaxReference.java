package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Softmax;
import java.util.List;

/// Defines [Softmax].
final class SoftmaxReference {
  private SoftmaxReference() {}

  static void run(Softmax op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    int d = Cells.extent(in.get(0), -1);
    for (int row = 0; row < x.length; row += d) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = row; i < row + d; i++) {
        max = Math.max(max, x[i]);
      }
      double sum = 0;
      for (int i = row; i < row + d; i++) {
        x[i] = Math.exp(x[i] - max);
        sum += x[i];
      }
      for (int i = row; i < row + d; i++) {
        x[i] /= sum;
      }
    }
    Cells.store(x, out.get(0));
  }
}
