package framepack.sampler;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/// UniPC, a predictor and a corrector of the same order that share one model call (Zhao et al., arXiv:2302.04867), on
/// predictions of x0 along a flow: `alpha = 1`, `lambda = -ln sigma`.
///
/// As FramePack samples: order `min(3, n - 1)`, rising over the first steps; the model sees the predictor's latents, the
/// corrector does not call it again; sigma 0 is never stepped to, the result is the last prediction of x0.
///
/// @param variant the choice of `B(h)` (paper §3.2)
public record UniPc(Variant variant) implements Sampler {
  private static final int HIGHEST_ORDER = 3;

  /// `B(h) = h` or `B(h) = e^h - 1`, with the sign of `-h`.
  public enum Variant {
    BH1,
    BH2
  }

  @Override
  public Tensor sample(Denoiser model, Tensor noise, double[] sigmas, StepListener listener) {
    Sampler.check(sigmas);
    Workspace home = Workspace.current();
    int order = Math.max(1, Math.min(HIGHEST_ORDER, sigmas.length - 2));
    Tensor x = noise.keepIn(home);
    List<Tensor> predictions = new ArrayList<>(order); // newest first
    for (int i = 0; i + 1 < sigmas.length; i++) {
      try (Workspace _ = Workspace.open(home.backend())) {
        Tensor denoised;
        if (i == 0) {
          denoised = model.denoise(x, sigmas[0]);
        } else {
          UniPcStep step = UniPcStep.of(variant, sigmas, i, predictions.size());
          Tensor predicted = combine(step.ofX(), x, step.predictor(), predictions);
          denoised = model.denoise(predicted, sigmas[i]);
          Tensor corrected = combine(step.ofX(), x, step.corrector(), predictions);
          corrected.addInPlace(denoised, step.ofNew());
          x.copyFromInPlace(corrected);
        }
        predictions.addFirst(kept(denoised, predictions, order, home));
        listener.step(i, x, predictions.getFirst());
      }
    }
    return predictions.getFirst();
  }

  private static Tensor combine(double ofX, Tensor x, double[] factors, List<Tensor> terms) {
    Tensor sum = x.mul(ofX);
    for (int i = 0; i < factors.length; i++) {
      sum.addInPlace(terms.get(i), factors[i]);
    }
    return sum;
  }

  /// A copy that outlives the step, in the memory of the oldest prediction once there are enough.
  private static Tensor kept(Tensor denoised, List<Tensor> predictions, int order, Workspace home) {
    if (predictions.size() < order) {
      return denoised.keepIn(home);
    }
    Tensor oldest = predictions.removeLast();
    oldest.copyFromInPlace(denoised);
    return oldest;
  }
}
