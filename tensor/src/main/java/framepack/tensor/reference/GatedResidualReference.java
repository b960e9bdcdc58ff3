package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.GatedResidual;
import java.util.List;

/// Defines [GatedResidual].
final class GatedResidualReference {
  private GatedResidualReference() {}

  static void run(GatedResidual op, List<View> in, List<View> out) {
    double[] y = Cells.load(in.get(0));
    double[] x = Cells.load(in.get(1));
    double[] gate = Cells.load(in.get(2));
    int tokens = Cells.extent(in.get(1), 1);
    int d = Cells.extent(in.get(1), 2);
    for (int i = 0; i < y.length; i++) {
      y[i] += gate[i / (tokens * d) * d + i % d] * x[i];
    }
    Cells.store(y, out.get(0));
  }
}
