package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.ArgMax;
import java.util.List;

/// Defines [ArgMax].
final class ArgMaxReference {
  private ArgMaxReference() {}

  static void run(ArgMax op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    int n = Cells.extent(in.get(0), -1);
    double[] y = new double[x.length / n];
    for (int row = 0; row < y.length; row++) {
      int best = 0;
      for (int i = 1; i < n; i++) {
        double rival = x[row * n + i];
        double held = x[row * n + best];
        if (rival > held || Double.isNaN(rival) && !Double.isNaN(held)) {
          best = i;
        }
      }
      y[row] = best;
    }
    Cells.store(y, out.get(0));
  }
}
