package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.ModulatedLayerNormBackward;
import java.util.List;

/// Defines [ModulatedLayerNormBackward].
final class ModulatedLayerNormBackwardReference {
  private ModulatedLayerNormBackwardReference() {}

  static void run(ModulatedLayerNormBackward op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] scale = Cells.load(in.get(1));
    double[] gy = Cells.load(in.get(2));
    int tokens = Cells.extent(in.get(0), 1);
    int d = Cells.extent(in.get(0), 2);
    double[] gx = new double[x.length];
    double[] gshift = new double[scale.length];
    double[] gscale = new double[scale.length];
    for (int row = 0; row < x.length; row += d) {
      Moments moments = Moments.of(x, row, d, op.eps());
      int item = row / (tokens * d) * d;
      for (int i = 0; i < d; i++) {
        gshift[item + i] += gy[row + i];
        gscale[item + i] += gy[row + i] * moments.normalise(x[row + i]);
        gy[row + i] *= 1 + scale[item + i];
      }
      moments.backward(x, gy, row, d, gx);
    }
    Cells.store(gx, out.get(0));
    Cells.store(gshift, out.get(1));
    Cells.store(gscale, out.get(2));
  }
}
