package framepack.history;

import framepack.tensor.random.Philox;

/// History guidance: classifier-free guidance whose negative prediction sees a history of pure noise,
/// `v = v_without + scale (v_with - v_without)` (Song et al., "History-Guided Video Diffusion", arXiv:2502.06764; a baseline
/// of the paper's Table 2, which found it to accumulate errors faster).
///
/// @param scale 1: no guidance, and no second prediction
/// @param dropout share of training examples whose whole history is noise, from which the model learns to do without;
///     without any, the negative prediction is one that it was never trained for
public record HistoryGuidance(double scale, double dropout) {
  public static final HistoryGuidance NONE = new HistoryGuidance(1, 0);

  public HistoryGuidance {
    if (!Double.isFinite(scale) || !(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "history guidance: expected a finite scale and a dropout from 0 to below 1, got %s and %s"
              .formatted(scale, dropout));
    }
  }

  /// Whether the history of the next training example is dropped. Draws nothing if none ever is.
  boolean drops(Philox draws) {
    return dropout > 0 && draws.nextDouble() < dropout;
  }
}
