package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Affine;
import java.util.List;

/// Defines [Affine].
final class AffineReference {
  private AffineReference() {}

  static void run(Affine op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    for (int i = 0; i < x.length; i++) {
      x[i] = op.factor() * x[i] + op.shift();
    }
    Cells.store(x, out.get(0));
  }
}
