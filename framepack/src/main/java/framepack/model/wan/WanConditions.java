package framepack.model.wan;

import framepack.model.Rope3d.Phases;
import framepack.pack.VisibleKeys;
import framepack.tensor.Tensor;

/// What every block sees besides the tokens.
///
/// @param embedding the time embedding [items, dim]; an item is a batch item, or a token where each has a timestep
/// @param modulation its projection [items, 6 dim]: shift, scale and gate of attention, then of the feed-forward layer
/// @param phases RoPE phases of the packed tokens
/// @param visible which packed tokens are attended to: all but the padding of tails
/// @param text embedded text [batch, tokens, dim]
/// @param image embedded image [batch, tokens, dim]; null where the model has none
public record WanConditions(
    Tensor embedding,
    Tensor modulation,
    Phases phases,
    VisibleKeys visible,
    Tensor text,
    Tensor image) {
  /// The same with other values of what a gradient flows through.
  WanConditions with(Tensor otherModulation, Tensor otherText, Tensor otherImage) {
    return new WanConditions(embedding, otherModulation, phases, visible, otherText, otherImage);
  }
}
