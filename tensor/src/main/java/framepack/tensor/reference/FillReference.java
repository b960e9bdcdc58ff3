package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Fill;
import java.util.Arrays;
import java.util.List;

/// Defines [Fill].
final class FillReference {
  private FillReference() {}

  static void run(Fill op, List<View> out) {
    double[] y = new double[Cells.count(op.shape())];
    Arrays.fill(y, op.value());
    Cells.store(y, out.get(0));
  }
}
