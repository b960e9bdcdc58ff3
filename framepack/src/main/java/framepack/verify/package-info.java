/// Room      : framepack.verify — compares what we compute with golden tensors, one case or a folder of cases.
/// May see   : framepack.tensor.  Never: a particular kind of case, the command line.
/// One file  : one part of the question "does it agree?".
/// Proved by : tests/golden (the public cases, and cases spoiled on purpose). Speed: that of what is verified.
/// Read first: Verifier.
package framepack.verify;
