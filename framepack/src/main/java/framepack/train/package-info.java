/// Room      : framepack.train — losses, AdamW, EMA, the training loop and its resumable state.
/// May see   : framepack.tensor.  Never: a particular model or dataset, cli.
/// One file  : one part of training.
/// Proved by : golden cases fp_train and attn_train (torch), tests/train (bit-identical resume).
/// Read first: Trainer.
package framepack.train;
