/// Room      : framepack.tests.experiment.config — what experiment files may say, and what is said about those that err.
/// May see   : framepack.experiment.config.
/// One file  : one class under test.
/// Proved by : expected runs written out; errors by their whole line.
/// Read first: ExperimentFileTest.
package framepack.tests.experiment.config;
