package framepack.pack.importance;

/// Feature similarity plus a smooth time term (paper eq. 4 and 5): `sim_cos + lambda_time · exp(-(time(F) - time(X^))²)`.
///
/// Pure similarity may jump from section to section; the time term holds on to the newest frames. 0 gives the order of
/// [FeatureSimilarity], infinitely much that of [TimeProximity]. The paper does not state its `lambda_time`.
///
/// @param lambdaTime weight of the time term against a cosine of at most 1, at least 0
public record HybridSimilarity(double lambdaTime) implements Importance {
  public HybridSimilarity {
    if (!(lambdaTime >= 0 && lambdaTime < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "hybrid similarity: expected a finite lambda_time of at least 0, got " + lambdaTime);
    }
  }

  @Override
  public double[][] scores(Candidates history, Candidates next) {
    double[][] scores = new FeatureSimilarity().scores(history, next);
    for (double[] video : scores) {
      for (int i = 0; i < video.length; i++) {
        double distance = Importance.distance(history, next, i);
        video[i] += lambdaTime * Math.exp(-distance * distance);
      }
    }
    return scores;
  }
}
