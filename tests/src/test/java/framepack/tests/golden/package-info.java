/// Room      : framepack.tests.golden — our results against dumps of the official PyTorch code.
/// May see   : everything, and the folder tests/golden.
/// One file  : one way of asking.
/// Proved by : every case names its tolerance; integers and indices are exact. The judge itself: tests/verify.
/// Read first: GoldenTest.
package framepack.tests.golden;
