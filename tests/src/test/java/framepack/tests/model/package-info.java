/// Room      : framepack.tests.model — architectures beyond golden cases: real sizes, configs, checkpoints.
/// May see   : everything, and the folder tests/golden.
/// One file  : one noun of the model.
/// Proved by : names and shapes of real checkpoints; round trips; the official code's own defaults.
/// Read first: RealCheckpointTest.
package framepack.tests.model;
