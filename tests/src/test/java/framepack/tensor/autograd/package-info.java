/// Room      : framepack.tensor.autograd, seen from inside by tests.
/// May see   : what the package hides.
/// One file  : one claim about one class.
/// Proved by : breaking the code once and seeing the test fail.
/// Read first: GradientsTest.
package framepack.tensor.autograd;
