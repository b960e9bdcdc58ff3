/// Room      : framepack.tests.paper — statements of the paper and the released code as tests.
/// May see   : everything.
/// One file  : one claim (T1, T2, ...) or the claims about one noun.
/// Proved by : figures quoted from the paper, the released code or exact arithmetic.
/// Read first: PackSpecPaperTest.
package framepack.tests.paper;
