package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Lerp;
import java.util.List;

/// Defines [Lerp].
final class LerpReference {
  private LerpReference() {}

  static void run(Lerp op, List<View> in) {
    double[] target = Cells.load(in.get(0));
    double[] x = Cells.load(in.get(1));
    for (int i = 0; i < x.length; i++) {
      target[i] = op.decay() * target[i] + (1 - op.decay()) * x[i];
    }
    Cells.store(target, in.get(0));
  }
}
