package framepack.sampler;

import framepack.tensor.Tensor;

/// Watches a sampler: progress bars, previews, tests.
@FunctionalInterface
public interface StepListener {
  /// Hears nothing.
  StepListener NONE = (step, x, denoised) -> {};

  /// After the model call of `step` (from 0): the latents to go on from and the prediction of x0. Both are overwritten by
  /// the next step.
  void step(int step, Tensor x, Tensor denoised);
}
