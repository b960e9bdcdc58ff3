package framepack.tensor.reference;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import java.util.List;

/// The scaled and masked scores of attention, one row of keys at a time. Rows count as in lse [batch, heads, s].
final class Scores {
  final int d;
  private final int s;
  private final int heads;
  private final int t;
  private final int keyHeads;
  private final double[] q;
  private final double[] k;
  private final double scale;
  private final boolean causal;
  private final double[] lengths;
  private final double[] bias;

  /// Operands as in [Attention]; positions of the key lengths and the mask, or -1.
  Scores(List<View> in, double scale, boolean causal, int lengthsAt, int maskAt) {
    s = Cells.extent(in.get(0), 1);
    heads = Cells.extent(in.get(0), 2);
    d = Cells.extent(in.get(0), 3);
    t = Cells.extent(in.get(1), 1);
    keyHeads = Cells.extent(in.get(1), 2);
    q = Cells.load(in.get(0));
    k = Cells.load(in.get(1));
    this.scale = scale;
    this.causal = causal;
    lengths = lengthsAt < 0 ? null : Cells.load(in.get(lengthsAt));
    bias = maskAt < 0 ? null : bias(in.get(maskAt), in.get(0).shape().extent(0));
  }

  private double[] bias(View mask, long batch) {
    double[] values = Cells.load(mask, Shape.of(batch, heads, s, t));
    if (!mask.dtype().isFloating()) {
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] != 0 ? 0 : Double.NEGATIVE_INFINITY;
      }
    }
    return values;
  }

  /// Scores of all keys for one query; -inf where the key is hidden.
  double[] row(int row) {
    double[] scores = new double[t];
    for (int j = 0; j < t; j++) {
      double dot = 0;
      for (int e = 0; e < d; e++) {
        dot += q[query(row) + e] * k[key(row, j) + e];
      }
      boolean hidden =
          causal && j > row % s
              || lengths != null && j >= lengths[row / (s * heads)]
              || bias != null && bias[row * t + j] == Double.NEGATIVE_INFINITY;
      double shift = bias == null ? 0 : bias[row * t + j];
      scores[j] = hidden ? Double.NEGATIVE_INFINITY : scale * dot + shift;
    }
    return scores;
  }

  /// Where the query of a row starts in q [batch, s, heads, d].
  int query(int row) {
    int batch = row / (s * heads);
    int head = row / s % heads;
    return ((batch * s + row % s) * heads + head) * d;
  }

  /// Where key `j` of a row starts in k and v [batch, t, kvHeads, d].
  int key(int row, int j) {
    int batch = row / (s * heads);
    int head = row / s % heads / (heads / keyHeads);
    return ((batch * t + j) * keyHeads + head) * d;
  }
}
