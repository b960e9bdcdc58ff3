/// Room      : framepack.tests.experiment — the laboratory's examples and the noise on them.
/// May see   : everything.
/// One file  : one class under test; test names are sentences.
/// Proved by : breaking the code once and seeing the test fail.
/// Read first: ExampleDrawsTest.
package framepack.tests.experiment;
