/// Room      : framepack.tests.train — the training loop and its state on disk.
/// May see   : everything.
/// One file  : one noun of training.
/// Proved by : bit-identical runs, exact arithmetic, files broken on purpose.
/// Read first: TrainerTest.
package framepack.tests.train;
