package framepack.tensor.reference;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.PatchEmbed;
import java.util.List;

/// Defines [PatchEmbed].
final class PatchEmbedReference {
  private PatchEmbedReference() {}

  static void run(PatchEmbed op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] weight = Cells.load(in.get(1));
    double[] bias = Cells.load(in.get(2));
    Shape kernel = in.get(1).shape();
    int[] sources =
        PatchesReference.sources(
            in.get(0).shape(),
            (int) kernel.extent(2),
            (int) kernel.extent(3),
            (int) kernel.extent(4));
    int n = bias.length;
    int k = weight.length / n;
    double[] y = new double[Cells.count(out.get(0).shape())];
    for (int i = 0; i < y.length; i++) {
      double sum = bias[i % n];
      for (int p = 0; p < k; p++) {
        sum += x[sources[i / n * k + p]] * weight[i % n * k + p];
      }
      y[i] = sum;
    }
    Cells.store(y, out.get(0));
  }
}
