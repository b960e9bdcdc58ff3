/// Room      : framepack.tests.experiment.dataset — codecs against their definition, worlds by
/// the statistics they were chosen for.
/// May see   : everything.
/// One file  : one class under test; test names are sentences.
/// Proved by : breaking the code once and seeing the test fail.
/// Read first: DctCodecTest.
package framepack.tests.experiment.dataset;
