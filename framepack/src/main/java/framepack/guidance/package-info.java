/// Room      : framepack.guidance — what happens to a model's predictions before a sampler sees them.
/// May see   : framepack.tensor, noise, sampler.  Never: a particular model.
/// One file  : one paper's correction.
/// Proved by : golden cases rescale_cfg and unipc_fm, tests/paper (T14). Speed: nothing beside the model.
/// Read first: GuidedDenoiser.
package framepack.guidance;
