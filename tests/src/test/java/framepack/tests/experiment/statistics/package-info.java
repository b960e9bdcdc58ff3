/// Room      : framepack.tests.experiment.statistics — procedures against values known from elsewhere.
/// May see   : framepack.experiment.statistics.
/// One file  : one procedure.
/// Proved by : published examples, closed forms, enumeration by hand.
/// Read first: PairedTestTest.
package framepack.tests.experiment.statistics;
