package framepack.model.hunyuan;

import framepack.tensor.Tensor;
import framepack.tensor.core.ShapeMismatch;

/// Text states with the number of valid tokens per batch item, valid ones first.
///
/// @param states [batch, tokens, channels]
/// @param lengths valid tokens of each item
public record TextStates(Tensor states, int[] lengths) {
  public TextStates {
    boolean fits = states.shape().rank() == 3 && states.extent(0) == lengths.length;
    for (int length : lengths) {
      fits &= length >= 0 && length <= states.extent(1);
    }
    if (!fits) {
      throw new ShapeMismatch(
          "text", "states [batch, tokens, channels] and one length per item", states.spec());
    }
  }

  /// Reads the lengths from a mask [batch, tokens] with valid tokens first.
  public static TextStates of(Tensor states, Tensor mask) {
    long[] valid = mask.toLongs();
    int tokens = Math.toIntExact(mask.extent(1));
    int[] lengths = new int[Math.toIntExact(mask.extent(0))];
    for (int i = 0; i < valid.length; i++) {
      if (valid[i] != 0 && lengths[i / tokens]++ != i % tokens) {
        throw new IllegalArgumentException(
            "text: the mask of item %d must have its valid tokens first".formatted(i / tokens));
      }
    }
    return new TextStates(states, lengths);
  }

  /// Weights [batch, tokens, 1] of the mean over valid tokens.
  Tensor meanWeights() {
    int tokens = Math.toIntExact(states.extent(1));
    float[] weights = new float[lengths.length * tokens];
    for (int b = 0; b < lengths.length; b++) {
      for (int t = 0; t < lengths[b]; t++) {
        weights[b * tokens + t] = 1f / lengths[b];
      }
    }
    return Tensor.of(weights, lengths.length, tokens, 1);
  }

  /// The refiner's mask BOOL [batch, 1, tokens, tokens]: valid query and valid key, and key 0 always.
  public Tensor attentionMask() {
    int tokens = Math.toIntExact(states.extent(1));
    boolean[] mask = new boolean[lengths.length * tokens * tokens];
    for (int b = 0; b < lengths.length; b++) {
      for (int i = 0; i < tokens; i++) {
        for (int j = 0; j < tokens; j++) {
          mask[(b * tokens + i) * tokens + j] = j == 0 || i < lengths[b] && j < lengths[b];
        }
      }
    }
    return Tensor.ofBooleans(mask, lengths.length, 1, tokens, tokens);
  }
}
