/// Room      : framepack.tests.report — the page that explains a run.
/// May see   : framepack.experiment.report, framepack.media.
/// One file  : the page as a whole, or one kind of figure.
/// Proved by : breaking the markup once and seeing these fail; how it looks is judged by eye.
/// Read first: ReportTest.
package framepack.tests.report;
