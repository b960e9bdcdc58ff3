package framepack.tensor.reference;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.Reduction;
import java.util.List;

/// Defines [Reduce].
final class ReduceReference {
  private ReduceReference() {}

  static void run(Reduce op, List<View> in, List<View> out) {
    Shape shape = in.get(0).shape();
    double[] x = Cells.load(in.get(0));
    double[] y = new double[Cells.count(out.get(0).shape())];
    Shape kept = shape; // reduced axes keep an extent of 1
    for (int axis : op.axes()) {
      kept = kept.with(axis, 1);
    }
    boolean squares = op.kind() == Reduction.SUM_OF_SQUARES;
    Cells.each(
        Layout.dense(kept, 0).expand(shape),
        (i, at) -> y[(int) at] += squares ? x[i] * x[i] : x[i]);
    if (op.kind() == Reduction.MEAN) {
      double count = (double) x.length / y.length;
      for (int i = 0; i < y.length; i++) {
        y[i] /= count;
      }
    }
    Cells.store(y, out.get(0));
  }
}
