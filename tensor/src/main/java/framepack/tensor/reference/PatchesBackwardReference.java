package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.PatchesBackward;
import java.util.List;

/// Defines [PatchesBackward].
final class PatchesBackwardReference {
  private PatchesBackwardReference() {}

  static void run(PatchesBackward op, List<View> in, List<View> out) {
    double[] gy = Cells.load(in.get(0));
    int[] sources = PatchesReference.sources(op.shape(), op.kt(), op.kh(), op.kw());
    double[] gx = new double[Cells.count(op.shape())];
    for (int i = 0; i < gy.length; i++) {
      gx[sources[i]] += gy[i];
    }
    Cells.store(gx, out.get(0));
  }
}
