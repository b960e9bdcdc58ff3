/// Room      : framepack.experiment — the laboratory: tasks, training examples, runs.
/// May see   : framepack.experiment.{dataset, metric}, framepack.tensor, pack, order, model, train.
/// One file  : one task, one record or one stage of a run; no numerics of kernels here.
/// Proved by : tests framepack.tests.experiment.
/// Read first: HistoryTask.
package framepack.experiment;
