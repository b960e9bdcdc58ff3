package framepack.sampler;

import framepack.tensor.Tensor;
import java.util.Arrays;

/// Solves the flow from noise to data with one model call a step.
public interface Sampler {
  /// Samples with `sigmas.length - 1` calls of `model`.
  ///
  /// Step temporaries are freed after each step, so the memory in use does not grow with the steps.
  ///
  /// @param noise latents at noise level `sigmas[0]`, any shape
  /// @param sigmas falling levels in (0, 1], the last one usually 0
  /// @return the sampled latents, in the current workspace
  Tensor sample(Denoiser model, Tensor noise, double[] sigmas, StepListener listener);

  /// Throws unless the levels fall, are positive but for a final 0, and there are two of them.
  static void check(double[] sigmas) {
    boolean sound = sigmas.length >= 2 && sigmas[sigmas.length - 1] >= 0;
    for (int i = 0; sound && i + 1 < sigmas.length; i++) {
      sound = sigmas[i] > sigmas[i + 1] && Double.isFinite(sigmas[i]);
    }
    if (!sound) {
      throw new IllegalArgumentException(
          "sampler: expected at least two falling noise levels >= 0, got "
              + Arrays.toString(sigmas));
    }
  }
}
