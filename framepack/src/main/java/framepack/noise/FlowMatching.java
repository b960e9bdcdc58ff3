package framepack.noise;

import framepack.tensor.Tensor;

/// Rectified flow: `x_sigma = (1 - sigma) x0 + sigma noise`, and the model predicts the velocity `noise - x0`
/// (arXiv:2209.03003, arXiv:2403.03206). Sigma runs from 1 (noise) to 0 (data).
public final class FlowMatching {
  private FlowMatching() {}

  /// The latents at noise level `sigma`.
  public static Tensor noisy(Tensor x0, Tensor noise, double sigma) {
    return x0.mul(1 - sigma).add(noise.mul(sigma));
  }

  /// What the model learns to predict.
  public static Tensor velocity(Tensor x0, Tensor noise) {
    return noise.sub(x0);
  }

  /// The clean latents that a velocity at `x` implies.
  public static Tensor clean(Tensor x, Tensor velocity, double sigma) {
    return x.sub(velocity.mul(sigma));
  }
}
