package framepack.tensor.reference;

import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.op.TimestepEmbedding;
import java.util.List;

/// Defines [TimestepEmbedding]. In F32 every intermediate is rounded, as the checkpoints saw it in training; F64 rounds
/// nothing.
final class TimestepEmbeddingReference {
  private TimestepEmbeddingReference() {}

  static void run(TimestepEmbedding op, List<View> in, List<View> out) {
    double[] t = Cells.load(in.get(0));
    boolean single = in.get(0).dtype() != DType.F64;
    int half = op.dim() / 2;
    double[] y = new double[t.length * op.dim()];
    for (int row = 0; row < t.length; row++) {
      for (int i = 0; i < half; i++) {
        double angle = round(t[row] * frequency(op.maxPeriod(), i, half, single), single);
        y[row * op.dim() + i] = Math.cos(angle);
        y[row * op.dim() + half + i] = Math.sin(angle);
      }
    }
    Cells.store(y, out.get(0));
  }

  private static double frequency(double maxPeriod, int i, int half, boolean single) {
    double product = round(round(-Math.log(maxPeriod), single) * i, single);
    return round(Math.exp(round(product / half, single)), single);
  }

  private static double round(double value, boolean single) {
    return single ? (float) value : value;
  }
}
