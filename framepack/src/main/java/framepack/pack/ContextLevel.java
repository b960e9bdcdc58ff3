package framepack.pack;

import framepack.tensor.Tensor;

/// Latents of one context level and where their frames stand in time.
///
/// @param kernel the kernel that patchifies them
/// @param latents [batch, channels, frames, height, width]; missing frames are zeros
/// @param times RoPE time indices, `[batch][frames]`
public record ContextLevel(PatchKernel kernel, Tensor latents, long[][] times) {}
