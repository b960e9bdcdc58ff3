/// Room      : framepack.guidance — what happens to a model's predictions before a sampler sees them.
/// May see   : framepack.tensor, noise, sampler, and what models share (framepack.model).  Never: a particular model.
/// One file  : one paper's correction.
/// Proved by : golden cases rescale_cfg, unipc_fm and fp_teacache, tests/paper (T13, T14). Speed: nothing beside the model.
/// Read first: GuidedDenoiser.
package framepack.guidance;
