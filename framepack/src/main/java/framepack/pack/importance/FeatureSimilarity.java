package framepack.pack.importance;

import framepack.tensor.Tensor;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import framepack.tensor.op.UnaryFunction;

/// Cosine similarity of latent pixels (paper eq. 3): `mean_p F_p · X^_p / (|F_p| |X^_p|)`, in -1 .. 1.
///
/// The paper sums over pixels; the mean gives the same order and makes `lambda_time` of [HybridSimilarity] independent of
/// the canvas. An estimate of several frames counts by the mean over them. A pixel of norm 0 has similarity 0.
public record FeatureSimilarity() implements Importance {
  private static final double SMALLEST_NORM = 1e-12;

  @Override
  public double[][] scores(Candidates history, Candidates next) {
    check(history.latents(), next.latents());
    Tensor estimate = directions(next.latents()).mean(2).unsqueeze(2);
    int pixels = Math.toIntExact(history.latents().extent(3) * history.latents().extent(4));
    float[] sums = directions(history.latents()).mul(estimate).sum(1, 3, 4).toFloats();
    int frames = history.seconds().length;
    double[][] scores = new double[sums.length / frames][frames];
    for (int i = 0; i < sums.length; i++) {
      scores[i / frames][i % frames] = (double) sums[i] / pixels;
    }
    return scores;
  }

  /// Latent pixels scaled to norm 1 over the channels, as `torch.nn.functional.normalize` does.
  private static Tensor directions(Tensor latents) {
    Tensor norm = latents.apply(UnaryFunction.SQUARE).sum(1).apply(UnaryFunction.SQRT).unsqueeze(1);
    Tensor floor = Tensor.full(SMALLEST_NORM, 1, 1, 1, 1, 1);
    return latents.div(Tensor.apply(new Binary(BinaryOperator.MAX), norm, floor).getFirst());
  }

  private static void check(Tensor history, Tensor next) {
    boolean fits = history.extent(2) > 0 && next.extent(2) > 0;
    for (int axis : new int[] {0, 1, 3, 4}) {
      fits &= history.extent(axis) == next.extent(axis) && history.extent(axis) > 0;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "importance: history %s and estimate %s must hold frames and agree in batch, channels, height and width"
              .formatted(history.shape(), next.shape()));
    }
  }
}
