/// Room      : framepack.text — prompts to text tokens of a fixed length.
/// May see   : framepack.tensor.  Never: order, sampler, experiment, cli.
/// One file  : one encoder, tokenizer or the tokens they give.
/// Proved by : the golden case `fp-utils`.
/// Read first: TextTokens.
package framepack.text;
