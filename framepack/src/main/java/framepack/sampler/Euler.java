package framepack.sampler;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;

/// Euler's method: `x += (sigma' - sigma) v` with `v = (x - x0) / sigma`; a step to 0 lands on x0.
public record Euler() implements Sampler {
  @Override
  public Tensor sample(Denoiser model, Tensor noise, double[] sigmas, StepListener listener) {
    Sampler.check(sigmas);
    Workspace home = Workspace.current();
    Tensor x = noise.keepIn(home);
    for (int i = 0; i + 1 < sigmas.length; i++) {
      try (Workspace _ = Workspace.open(home.backend())) {
        Tensor denoised = model.denoise(x, sigmas[i]);
        double kept = sigmas[i + 1] / sigmas[i];
        Tensor next = x.mul(kept);
        next.addInPlace(denoised, 1 - kept);
        x.copyFromInPlace(next);
        listener.step(i, x, denoised);
      }
    }
    return x;
  }
}
