/// Room      : framepack.pack.importance — which history frames matter most to the next section (paper §3.2).
/// May see   : framepack.pack and framepack.tensor.  Never: order, model, sampler, cli.
/// One file  : one measure of the paper, or one noun that the measures share.
/// Proved by : framepack.tests.paper (claim T19).
/// Read first: Importance, then HybridSimilarity.
package framepack.pack.importance;
