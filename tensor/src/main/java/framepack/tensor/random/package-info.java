/// Room      : framepack.tensor.random — the only random numbers of the program.
/// May see   : the JDK only.
/// One file  : one generator.
/// Proved by : tests/random (published test vectors, moments), golden case randn. Speed: a small part of any step.
/// Read first: Philox.
package framepack.tensor.random;
