package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.PatchEmbedBackward;
import java.util.List;

/// Defines [PatchEmbedBackward].
final class PatchEmbedBackwardReference {
  private PatchEmbedBackwardReference() {}

  static void run(PatchEmbedBackward op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] gy = Cells.load(in.get(1));
    int[] sources = PatchEmbedReference.sources(in.get(0).shape(), out.get(0).shape());
    int n = Cells.extent(in.get(1), 2);
    double[] gweight = new double[Cells.count(out.get(0).shape())];
    int k = n == 0 ? 0 : gweight.length / n;
    for (int i = 0; i < gy.length; i++) {
      for (int p = 0; p < k; p++) {
        gweight[i % n * k + p] += gy[i] * x[sources[i / n * k + p]];
      }
    }
    Cells.store(gweight, out.get(0));
  }
}
