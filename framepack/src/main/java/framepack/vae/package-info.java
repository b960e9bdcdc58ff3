/// Room      : framepack.vae — latents to pixels and back.
/// May see   : framepack.tensor.  Never: order, sampler, experiment, cli.
/// One file  : one encoder, decoder or preview.
/// Proved by : the golden case `fp-utils`.
/// Read first: LatentPreview.
package framepack.vae;
