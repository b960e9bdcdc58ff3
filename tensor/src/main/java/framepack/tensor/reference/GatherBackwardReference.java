package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.GatherBackward;
import java.util.List;

/// Defines [GatherBackward].
final class GatherBackwardReference {
  private GatherBackwardReference() {}

  static void run(GatherBackward op, List<View> in, List<View> out) {
    double[] gy = Cells.load(in.get(0));
    double[] indices = Cells.load(in.get(1));
    GatherReference.check(op.name(), indices, op.rows());
    double[] table = new double[Cells.count(out.get(0).shape())];
    int row = indices.length == 0 ? 0 : gy.length / indices.length;
    for (int i = 0; i < indices.length; i++) {
      for (int j = 0; j < row; j++) {
        table[(int) indices[i] * row + j] += gy[i * row + j];
      }
    }
    Cells.store(table, out.get(0));
  }
}
