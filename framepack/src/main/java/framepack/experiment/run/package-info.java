/// Room      : framepack.experiment.run — carries runs out, so that a kill costs seconds and nothing is done twice.
/// May see   : framepack.experiment.{config, dataset, metric}, framepack.{order, train, media}, tensor.  Never: cli, report.
/// One file  : one file of a run's directory, or one step of carrying a run out.
/// Proved by : tests framepack.tests.experiment.run, among them kills at random moments.
/// Read first: EmbeddedExecutor.
package framepack.experiment.run;
