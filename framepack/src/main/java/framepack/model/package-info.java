/// Room      : framepack.model — what several architectures share.
/// May see   : framepack.tensor.  Never: pack, sampler, train, cli.
/// One file  : one noun; each architecture has a folder of its own.
/// Proved by : golden cases rope and fp_pack.
/// Read first: Rope3d, Checkpoint.
package framepack.model;
