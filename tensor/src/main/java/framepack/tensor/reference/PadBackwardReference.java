package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.PadBackward;
import java.util.List;

/// Defines [PadBackward].
final class PadBackwardReference {
  private PadBackwardReference() {}

  static void run(PadBackward op, List<View> in, List<View> out) {
    double[] gy = Cells.load(in.get(0));
    int[] sources =
        PadReference.sources(out.get(0).shape(), op.before(), in.get(0).shape(), op.mode());
    double[] gx = new double[Cells.count(out.get(0).shape())];
    for (int i = 0; i < gy.length; i++) {
      if (sources[i] >= 0) {
        gx[sources[i]] += gy[i];
      }
    }
    Cells.store(gx, out.get(0));
  }
}
