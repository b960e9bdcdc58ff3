/// Room      : framepack.noise — how much noise at which step, and what a model predicts of it.
/// May see   : framepack.tensor only.
/// One file  : one rule for noise levels.
/// Proved by : tests/paper (T11), golden cases flux_sched, unipc_wan and euler. Speed: scalars.
/// Read first: FlowMatching.
package framepack.noise;
