/// Room      : framepack.bench.e2e — what users wait for: a training step, a forward pass, a section.
/// May see   : framepack and framepack.tensor.
/// One file  : one thing that is waited for.
/// Proved by : the outcome is checked in the set-up (losses fall, a forward pass equals the reference's).
/// Read first: NanoStepBench.
package framepack.bench.e2e;
