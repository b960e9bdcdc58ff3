/// Room      : framepack.order — which section comes next and which history it sees.
/// May see   : framepack.pack and framepack.tensor.  Never: model, sampler, cli.
/// One file  : one sampling order of the paper (Fig. 2), or one noun they share.
/// Proved by : framepack.tests.paper (claims T9, T10) and the golden cases `sections-*`.
/// Read first: SectionPlan, then InvertedOrder.
package framepack.order;
