/// Room      : framepack.sampler — from noise to latents in few calls of a model.
/// May see   : framepack.tensor only.
/// One file  : one paper's algorithm.
/// Proved by : tests/paper (T12), golden cases unipc_fm, unipc_wan and euler. Speed: nothing beside the model.
/// Read first: Sampler, then UniPc.
package framepack.sampler;
