package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.LayerNormBackward;
import java.util.List;

/// Defines [LayerNormBackward].
final class LayerNormBackwardReference {
  private LayerNormBackwardReference() {}

  static void run(LayerNormBackward op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] gy = Cells.load(in.get(1));
    int d = Cells.extent(in.get(0), -1);
    double[] weight = op.affine() ? Cells.load(in.get(2)) : null;
    double[] gx = new double[x.length];
    double[] gweight = new double[d];
    double[] gbias = new double[d];
    for (int row = 0; row < x.length; row += d) {
      Moments moments = Moments.of(x, row, d, op.eps());
      for (int i = 0; i < d; i++) {
        gweight[i] += gy[row + i] * moments.normalise(x[row + i]);
        gbias[i] += gy[row + i];
        gy[row + i] *= op.affine() ? weight[i] : 1;
      }
      moments.backward(x, gy, row, d, gx);
    }
    Cells.store(gx, out.get(0));
    if (op.affine()) {
      Cells.store(gweight, out.get(1));
      Cells.store(gbias, out.get(2));
    }
  }
}
