/// Room      : framepack.experiment.statistics — how sure one may be of a difference.
/// May see   : Commons Math, framepack.tensor.random.  Never: what the numbers are.
/// One file  : one procedure, with its source and what it assumes.
/// Proved by : tests framepack.tests.experiment.statistics, against known values; T20 in tests/paper.
/// Read first: PairedTest.
package framepack.experiment.statistics;
