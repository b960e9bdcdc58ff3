package framepack.tensor.nn;

import framepack.tensor.Tensor;

/// Root-mean-square normalisation over the innermost axis with a learned gain [d].
public record RmsNorm(Tensor weight, double eps) {
  public static RmsNorm of(Params params, String name, long d, double eps) {
    return new RmsNorm(params.scope(name).getF32("weight", Init.ONES, d), eps);
  }

  public Tensor forward(Tensor x) {
    return x.rmsNorm(weight, eps);
  }

  /// Normalises heads [batch, tokens, heads, d], then rotates them.
  public Tensor forwardRope(Tensor x, Tensor cos, Tensor sin) {
    return x.rmsNormRope(weight, eps, cos, sin);
  }
}
