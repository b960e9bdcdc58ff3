package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.LayerNorm;
import java.util.List;

/// Defines [LayerNorm].
final class LayerNormReference {
  private LayerNormReference() {}

  static void run(LayerNorm op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    int d = Cells.extent(in.get(0), -1);
    double[] weight = op.affine() ? Cells.load(in.get(1)) : null;
    double[] bias = op.affine() ? Cells.load(in.get(2)) : null;
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += d) {
      Moments moments = Moments.of(x, row, d, op.eps());
      for (int i = 0; i < d; i++) {
        double normal = moments.normalise(x[row + i]);
        y[row + i] = op.affine() ? normal * weight[i] + bias[i] : normal;
      }
    }
    Cells.store(y, out.get(0));
  }
}
