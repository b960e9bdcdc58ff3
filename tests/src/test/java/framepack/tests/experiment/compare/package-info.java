/// Room      : framepack.tests.experiment.compare — what the page of a sweep says, from results made by hand.
/// May see   : framepack.experiment.{compare, config, run}, the page parser of tests/report.
/// One file  : one page.
/// Proved by : numbers that can be computed in the head.
/// Read first: SweepReportTest.
package framepack.tests.experiment.compare;
