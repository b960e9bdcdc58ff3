package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.AvgPool3d;
import java.util.List;

/// Defines [AvgPool3d].
final class AvgPool3dReference {
  private AvgPool3dReference() {}

  static void run(AvgPool3d op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] y = new double[Cells.count(out.get(0).shape())];
    int t = Cells.extent(out.get(0), -3);
    int h = Cells.extent(out.get(0), -2);
    int w = Cells.extent(out.get(0), -1);
    for (int i = 0; i < y.length; i++) {
      int outer = i / (w * h * t);
      for (int a = 0; a < op.kt(); a++) {
        for (int b = 0; b < op.kh(); b++) {
          for (int c = 0; c < op.kw(); c++) {
            int frame = outer * t * op.kt() + i / (w * h) % t * op.kt() + a;
            int line = frame * h * op.kh() + i / w % h * op.kh() + b;
            y[i] += x[line * w * op.kw() + i % w * op.kw() + c];
          }
        }
      }
      y[i] /= op.kt() * op.kh() * op.kw();
    }
    Cells.store(y, out.get(0));
  }
}
