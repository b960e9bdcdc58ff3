/// Room      : framepack.tests.gradient — every derivative against the function it derives.
/// May see   : framepack.tensor, and the cases of framepack.tests.parity.
/// One file  : one kind of proof.
/// Proved by : a wrong factor in any rule of autograd fails here.
/// Read first: GradientTest.
package framepack.tests.gradient;
