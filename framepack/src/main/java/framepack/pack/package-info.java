/// Room      : framepack.pack — names of packings, their token counts, levels and RoPE time indices.
/// May see   : framepack.tensor, framepack.model.  Never: order, an architecture, sampler, cli.
/// One file  : one noun of the paper (PackSpec, Run, PatchKernel, Tail, ContextIndex, ...).
/// Proved by : framepack.tests.paper (claims T1-T9, T22-T24) and the golden cases `pack-*`.
/// Read first: PackSpec, then ContextIndex.
package framepack.pack;
