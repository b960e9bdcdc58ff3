/// Room      : framepack.tests.experiment.metric — metrics against their closed forms.
/// May see   : everything.
/// One file  : one class under test; test names are sentences.
/// Proved by : breaking the code once and seeing the test fail.
/// Read first: StartEndContrastTest.
package framepack.tests.experiment.metric;
