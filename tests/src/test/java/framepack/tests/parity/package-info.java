/// Room      : framepack.tests.parity — every backend computes what the reference computes.
/// May see   : framepack.tensor.  Never: the inside of a backend.
/// One file  : the cases of one family of operations; the judge; the runner.
/// Proved by : JudgeTest, which feeds the judge wrong results.
/// Read first: OpCase, ParityTest.
package framepack.tests.parity;
