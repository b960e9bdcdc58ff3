package framepack.tensor.reference;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.AttentionBackward;
import java.util.List;

/// Defines [AttentionBackward].
final class AttentionBackwardReference {
  private AttentionBackwardReference() {}

  static void run(AttentionBackward op, List<View> in, List<View> out) {
    int maskAt = op.mask() ? op.maskAt() : -1;
    Scores scores =
        new Scores(in, op.scale(), op.causal(), op.keyLengths() ? op.keyLengthsAt() : -1, maskAt);
    double[] lse = Cells.load(in.get(4));
    int keys = Cells.extent(in.get(1), 1);
    double[] slopes = new double[lse.length * keys];
    double[] gv = new double[Cells.count(in.get(2).shape())];
    slopes(scores, in, lse, slopes, gv);
    double[] q = Cells.load(in.get(0));
    double[] k = Cells.load(in.get(1));
    double[] gq = new double[q.length];
    double[] gk = new double[k.length];
    for (int i = 0; i < slopes.length; i++) {
      int query = scores.query(i / keys);
      int key = scores.key(i / keys, i % keys);
      for (int e = 0; e < scores.d && slopes[i] != 0; e++) {
        gq[query + e] += op.scale() * slopes[i] * k[key + e];
        gk[key + e] += op.scale() * slopes[i] * q[query + e];
      }
    }
    Cells.store(gq, out.get(0));
    Cells.store(gk, out.get(1));
    Cells.store(gv, out.get(2));
    if (op.maskGradient()) {
      storeMaskGradient(slopes, in, out.get(3));
    }
  }

  /// The gradient of every score, `p (gout·v - gout·out)`, and of the values.
  private static void slopes(
      Scores scores, List<View> in, double[] lse, double[] slopes, double[] gv) {
    double[] v = Cells.load(in.get(2));
    double[] y = Cells.load(in.get(3));
    double[] gy = Cells.load(in.get(5));
    int keys = Cells.extent(in.get(1), 1);
    for (int row = 0; row < lse.length; row++) {
      double[] score = scores.row(row);
      int query = scores.query(row);
      for (int j = 0; j < keys; j++) {
        if (score[j] == Double.NEGATIVE_INFINITY) {
          continue;
        }
        double p = Math.exp(score[j] - lse[row]);
        double dot = 0;
        for (int e = 0; e < scores.d; e++) {
          gv[scores.key(row, j) + e] += p * gy[query + e];
          dot += gy[query + e] * (v[scores.key(row, j) + e] - y[query + e]);
        }
        slopes[row * keys + j] = p * dot;
      }
    }
  }

  /// Sums over the axes along which the mask was broadcast to [batch, heads, s, t].
  private static void storeMaskGradient(double[] slopes, List<View> in, View gmask) {
    Shape q = in.get(0).shape();
    Shape scores = Shape.of(q.extent(0), q.extent(2), q.extent(1), in.get(1).shape().extent(1));
    double[] sums = new double[Cells.count(gmask.shape())];
    Cells.each(
        Layout.dense(gmask.shape(), 0).expand(scores), (i, at) -> sums[(int) at] += slopes[i]);
    Cells.store(sums, gmask);
  }
}
