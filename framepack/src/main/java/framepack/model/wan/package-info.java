/// Room      : framepack.model.wan — the Wan transformer, plain and packed, diffusers' weight names.
/// May see   : framepack.tensor, framepack.pack, framepack.model.  Never: sampler, train, cli.
/// One file  : one part of the network.
/// Proved by : golden cases wan_dit and rope (PyTorch).
/// Read first: WanTransformer, then WanBlock.
package framepack.model.wan;
