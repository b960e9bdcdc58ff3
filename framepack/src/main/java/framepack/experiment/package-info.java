/// Room      : framepack.experiment — the laboratory: training examples, noise on them, runs.
/// May see   : framepack.experiment.{dataset, metric}, framepack.{pack, order, model, train}, tensor.
/// One file  : one record or one stage of a run; no numerics of kernels here.
/// Proved by : tests framepack.tests.experiment.
/// Read first: ExampleDraws.
package framepack.experiment;
