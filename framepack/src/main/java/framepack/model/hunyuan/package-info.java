/// Room      : framepack.model.hunyuan — the packed HunyuanVideo transformer, official weight names.
/// May see   : framepack.tensor, framepack.pack, framepack.model.  Never: sampler, train, cli.
/// One file  : one part of the network.
/// Proved by : golden cases fp_pack, fp_dit, fp_shard, fp_train, attn_train (PyTorch).
/// Read first: HunyuanVideoPacked, then DoubleStreamBlock.
package framepack.model.hunyuan;
