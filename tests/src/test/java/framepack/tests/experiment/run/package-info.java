/// Room      : framepack.tests.experiment.run — the files of a run's directory and who may work on it.
/// May see   : framepack.experiment.{config, run}, readers of foreign formats written here.
/// One file  : one class under test.
/// Proved by : what a kill leaves behind, made by hand; kills themselves are in tests/cli.
/// Read first: EmbeddedExecutorTest.
package framepack.tests.experiment.run;
