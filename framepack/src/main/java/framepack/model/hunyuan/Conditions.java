package framepack.model.hunyuan;

import framepack.model.Rope3d.Phases;
import framepack.pack.Attending;
import framepack.tensor.Tensor;

/// What every block sees besides the streams.
///
/// @param embedding silu of the time, guidance and pooled-text embedding, [batch, dim]
/// @param phases RoPE phases of the video tokens
/// @param attending how tokens look at one another, and which count
public record Conditions(Tensor embedding, Phases phases, Attending attending) {}
