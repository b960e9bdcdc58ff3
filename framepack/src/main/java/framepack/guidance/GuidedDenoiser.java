package framepack.guidance;

import framepack.noise.FlowMatching;
import framepack.sampler.Denoiser;
import framepack.tensor.Tensor;

/// A flow model seen as a predictor of x0: two velocities guided into one, then `x0 = x - sigma v`
/// (`fm_wrapper` of diffusers_helper/k_diffusion/wrapper.py).
///
/// @param negative called only if the guidance needs it; may be null otherwise
/// @param precision of `x` and timestep on their way in and the velocity on its way out; x0 comes from the rounded `x`
public record GuidedDenoiser(
    VelocityModel positive, VelocityModel negative, Cfg guidance, Precision precision)
    implements Denoiser {
  private static final double TIMESTEPS = 1000;

  @Override
  public Tensor denoise(Tensor x, double sigma) {
    Tensor seen = precision.round(x);
    double timestep = precision.round(sigma * TIMESTEPS);
    Tensor yes = precision.round(positive.velocity(seen, timestep));
    Tensor no =
        guidance.needsNegative() ? precision.round(negative.velocity(seen, timestep)) : null;
    return FlowMatching.clean(seen, guidance.guide(yes, no), sigma);
  }
}
