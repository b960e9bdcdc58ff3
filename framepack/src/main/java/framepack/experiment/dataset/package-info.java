/// Room      : framepack.experiment.dataset — worlds and clips whose future is known, as latents.
/// May see   : framepack.media, tensor.random, Commons Math.  Never: tensors, models, threads, files.
/// One file  : one world, one codec, or one step between pixels and normalised latents.
/// Proved by : tests framepack.tests.experiment.dataset.
/// Read first: Frames, then StripBank.
package framepack.experiment.dataset;
