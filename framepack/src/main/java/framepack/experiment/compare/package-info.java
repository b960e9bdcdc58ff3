/// Room      : framepack.experiment.compare — from finished runs to a page that says what they show, and how surely.
/// May see   : framepack.experiment.{config, run, report, statistics}, framepack.{media, pack}.  Never: tensors.
/// One file  : one way of looking at a sweep.
/// Proved by : tests framepack.tests.experiment.compare, and by looking at the page.
/// Read first: SweepReport.
package framepack.experiment.compare;
