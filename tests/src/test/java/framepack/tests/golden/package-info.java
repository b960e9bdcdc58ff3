/// Room      : framepack.tests.golden — our results against dumps of the official PyTorch code.
/// May see   : everything, and the folder tests/golden.
/// One file  : one kind of case.
/// Proved by : every case names its tolerance; integers and indices are exact.
/// Read first: SectionsGoldenTest.
package framepack.tests.golden;
