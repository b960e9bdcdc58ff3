package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.RmsNormBackward;
import java.util.List;

/// Defines [RmsNormBackward].
final class RmsNormBackwardReference {
  private RmsNormBackwardReference() {}

  static void run(RmsNormBackward op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] weight = Cells.load(in.get(1));
    double[] gy = Cells.load(in.get(2));
    int d = weight.length;
    double[] gx = new double[x.length];
    double[] gweight = new double[d];
    for (int row = 0; row < x.length; row += d) {
      double scale = RmsNormReference.scale(x, row, d, op.eps());
      double dot = 0;
      for (int i = 0; i < d; i++) {
        gweight[i] += gy[row + i] * x[row + i] * scale;
        dot += gy[row + i] * weight[i] * x[row + i];
      }
      for (int i = 0; i < d; i++) {
        double normal = x[row + i] * scale;
        gx[row + i] = scale * (gy[row + i] * weight[i] - normal * scale * dot / d);
      }
    }
    Cells.store(gx, out.get(0));
    Cells.store(gweight, out.get(1));
  }
}
