package framepack.sampler;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/// UniPC, a predictor and a corrector of the same order that share one model call (Zhao et al., arXiv:2302.04867), on
/// predictions of x0: order `min(highestOrder, n - 1)`, rising over the first steps; the model sees the predictor's
/// latents, the corrector does not call it again; the step to sigma 0 lands on the last prediction of x0, which is the
/// result.
///
/// @param variant the choice of `B(h)` (paper §3.2)
/// @param path what the solver takes the share of data at a noise level to be
/// @param highestOrder 1 to 3
public record UniPc(Variant variant, Path path, int highestOrder) implements Sampler {
  /// As Wan is sampled (diffusers' `UniPCMultistepScheduler` with flow sigmas).
  public static final UniPc WAN = new UniPc(Variant.BH2, Path.FLOW, 2);

  /// `B(h) = h` or `B(h) = e^h - 1`, with the sign of `-h`.
  public enum Variant {
    BH1,
    BH2
  }

  /// The share of data `alpha` at a noise level, and `lambda = ln(alpha / sigma)`.
  public enum Path {
    /// `alpha = 1` at every level, as FramePack's solver has it.
    WHOLE,
    /// `alpha = 1 - sigma`, the flow's own; levels must be below 1.
    FLOW;

    double alpha(double sigma) {
      return this == WHOLE ? 1 : 1 - sigma;
    }

    double lambda(double sigma) {
      return Math.log(alpha(sigma)) - Math.log(sigma);
    }
  }

  public UniPc {
    if (highestOrder < 1 || highestOrder > 3) {
      throw new IllegalArgumentException("unipc: expected an order of 1 to 3, got " + highestOrder);
    }
  }

  /// As FramePack is sampled.
  public UniPc(Variant variant) {
    this(variant, Path.WHOLE, 3);
  }

  @Override
  public Tensor sample(Denoiser model, Tensor noise, double[] sigmas, StepListener listener) {
    Sampler.check(sigmas);
    if (path.alpha(sigmas[0]) <= 0) {
      throw new IllegalArgumentException(
          "unipc: the flow's path needs levels below 1, the first is " + sigmas[0]);
    }
    Workspace home = Workspace.current();
    int order = Math.max(1, Math.min(highestOrder, sigmas.length - 2));
    Tensor x = noise.keepIn(home);
    List<Tensor> predictions = new ArrayList<>(order); // newest first
    for (int i = 0; i + 1 < sigmas.length; i++) {
      try (Workspace _ = Workspace.open(home.backend())) {
        Tensor denoised;
        if (i == 0) {
          denoised = model.denoise(x, sigmas[0]);
        } else {
          UniPcStep step = UniPcStep.of(this, sigmas, i, predictions.size());
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
