package framepack.sampler;

import framepack.tensor.Tensor;

/// Predicts clean latents from noisy ones.
@FunctionalInterface
public interface Denoiser {
  /// The prediction of x0 at `x` with noise level `sigma` in (0, 1], in the current workspace.
  Tensor denoise(Tensor x, double sigma);
}
