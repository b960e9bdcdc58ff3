package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.ModulatedLayerNorm;
import java.util.List;

/// Defines [ModulatedLayerNorm].
final class ModulatedLayerNormReference {
  private ModulatedLayerNormReference() {}

  static void run(ModulatedLayerNorm op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] shift = Cells.load(in.get(1));
    double[] scale = Cells.load(in.get(2));
    int tokens = Cells.extent(in.get(0), 1);
    int d = Cells.extent(in.get(0), 2);
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += d) {
      Moments moments = Moments.of(x, row, d, op.eps());
      int item = row / (tokens * d) * d;
      for (int i = 0; i < d; i++) {
        y[row + i] = moments.normalise(x[row + i]) * (1 + scale[item + i]) + shift[item + i];
      }
    }
    Cells.store(y, out.get(0));
  }
}
