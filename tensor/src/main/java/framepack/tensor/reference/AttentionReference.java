package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Attention;
import java.util.Arrays;
import java.util.List;

/// Defines [Attention].
final class AttentionReference {
  private AttentionReference() {}

  static void run(Attention op, List<View> in, List<View> out) {
    Scores scores =
        new Scores(
            in,
            op.scale(),
            op.causal(),
            op.keyLengths() ? op.keyLengthsAt() : -1,
            op.mask() ? op.maskAt() : -1);
    double[] v = Cells.load(in.get(2));
    double[] y = new double[Cells.count(out.get(0).shape())];
    double[] lse = new double[Cells.count(out.get(1).shape())];
    for (int row = 0; row < lse.length; row++) {
      double[] weights = scores.row(row);
      lse[row] = softmax(weights);
      for (int j = 0; j < weights.length; j++) {
        for (int e = 0; e < scores.d; e++) {
          if (weights[j] != 0) { // what a mask hides may hold anything, NaN included
            y[scores.query(row) + e] += weights[j] * v[scores.key(row, j) + e];
          }
        }
      }
    }
    Cells.store(y, out.get(0));
    Cells.store(lse, out.get(1));
  }

  /// Turns scores into weights and returns the log of the sum of exponentials; all zero where every score is -inf.
  private static double softmax(double[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      Arrays.fill(scores, 0);
      return max;
    }
    double sum = 0;
    for (int j = 0; j < scores.length; j++) {
      scores[j] = Math.exp(scores[j] - max);
      sum += scores[j];
    }
    for (int j = 0; j < scores.length; j++) {
      scores[j] /= sum;
    }
    return max + Math.log(sum);
  }
}
