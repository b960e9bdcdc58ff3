package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Gather;
import java.util.List;

/// Defines [Gather].
final class GatherReference {
  private GatherReference() {}

  static void run(Gather op, List<View> in, List<View> out) {
    double[] table = Cells.load(in.get(0));
    double[] indices = Cells.load(in.get(1));
    check(op.name(), indices, in.get(0).shape().extent(0));
    double[] y = new double[Cells.count(out.get(0).shape())];
    int row = indices.length == 0 ? 0 : y.length / indices.length;
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(table, (int) indices[i] * row, y, i * row, row);
    }
    Cells.store(y, out.get(0));
  }

  static void check(String op, double[] indices, long rows) {
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0 || indices[i] >= rows) {
        throw new IllegalArgumentException(
            "%s: index %d is %d, expected 0 <= index < %d rows"
                .formatted(op, i, (long) indices[i], rows));
      }
    }
  }
}
