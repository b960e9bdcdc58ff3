package framepack.tensor.nn;

import framepack.tensor.Tensor;

/// Layer normalisation with learned weight and bias [d].
public record LayerNorm(Tensor weight, Tensor bias, double eps) {
  public static LayerNorm of(Params params, String name, long d, double eps) {
    Params own = params.scope(name);
    return new LayerNorm(
        own.getF32("weight", Init.ONES, d), own.getF32("bias", Init.ZEROS, d), eps);
  }

  public Tensor forward(Tensor x) {
    return x.layerNorm(weight, bias, eps);
  }
}
