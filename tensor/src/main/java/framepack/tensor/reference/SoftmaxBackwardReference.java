package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.SoftmaxBackward;
import java.util.List;

/// Defines [SoftmaxBackward].
final class SoftmaxBackwardReference {
  private SoftmaxBackwardReference() {}

  static void run(SoftmaxBackward op, List<View> in, List<View> out) {
    double[] y = Cells.load(in.get(0));
    double[] gy = Cells.load(in.get(1));
    int d = Cells.extent(in.get(0), -1);
    double[] gx = new double[y.length];
    for (int row = 0; row < y.length; row += d) {
      double dot = 0;
      for (int i = row; i < row + d; i++) {
        dot += y[i] * gy[i];
      }
      for (int i = row; i < row + d; i++) {
        gx[i] = y[i] * (gy[i] - dot);
      }
    }
    Cells.store(gx, out.get(0));
  }
}
