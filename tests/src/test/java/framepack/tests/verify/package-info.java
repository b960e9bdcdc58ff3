/// Room      : framepack.tests.verify — the judge judged: cases spoiled on purpose.
/// May see   : everything.
/// One file  : one part of the verifier.
/// Proved by : breaking the code once and seeing the test fail.
/// Read first: VerifierTest.
package framepack.tests.verify;
