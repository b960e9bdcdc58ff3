package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Accumulate;
import java.util.List;

/// Defines [Accumulate].
final class AccumulateReference {
  private AccumulateReference() {}

  static void run(Accumulate op, List<View> in) {
    double[] target = Cells.load(in.get(0));
    double[] x = Cells.load(in.get(1));
    for (int i = 0; i < x.length; i++) {
      target[i] += op.factor() * x[i];
    }
    Cells.store(target, in.get(0));
  }
}
