package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.UpsampleNearest;
import java.util.List;

/// Defines [UpsampleNearest].
final class UpsampleNearestReference {
  private UpsampleNearestReference() {}

  static void run(UpsampleNearest op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] y = new double[Cells.count(out.get(0).shape())];
    int t = Cells.extent(out.get(0), -3);
    int h = Cells.extent(out.get(0), -2);
    int w = Cells.extent(out.get(0), -1);
    for (int i = 0; i < y.length; i++) {
      int frame = i / (w * h * t) * (t / op.st()) + i / (w * h) % t / op.st();
      int line = frame * (h / op.sh()) + i / w % h / op.sh();
      y[i] = x[line * (w / op.sw()) + i % w / op.sw()];
    }
    Cells.store(y, out.get(0));
  }
}
