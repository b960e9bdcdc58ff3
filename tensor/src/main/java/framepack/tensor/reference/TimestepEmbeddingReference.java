package framepack.tensor.reference;

import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.op.TimestepEmbedding;
import java.util.List;

/// Defines [TimestepEmbedding]. In F32 frequencies and angles are rounded as PyTorch does; F64 rounds nothing.
final class TimestepEmbeddingReference {
  private TimestepEmbeddingReference() {}

  static void run(TimestepEmbedding op, List<View> in, List<View> out) {
    double[] t = Cells.load(in.get(0));
    boolean single = in.get(0).dtype() != DType.F64;
    float[] rounded = op.frequencies();
    int half = rounded.length;
    double[] y = new double[t.length * op.dim()];
    for (int row = 0; row < t.length; row++) {
      for (int i = 0; i < half; i++) {
        double exact = Math.exp(-Math.log(op.maxPeriod()) * i / half);
        double angle = single ? (float) (t[row] * rounded[i]) : t[row] * exact;
        y[row * op.dim() + i] = Math.cos(angle);
        y[row * op.dim() + half + i] = Math.sin(angle);
      }
    }
    Cells.store(y, out.get(0));
  }
}
