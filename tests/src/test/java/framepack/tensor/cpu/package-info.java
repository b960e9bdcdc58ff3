/// Room      : tests of framepack.tensor.cpu, from inside its package.
/// May see   : everything package-private there.
/// One file  : <Class>Test; expectations are plain double loops written next to the case.
/// Proved by : VectorWidthTest runs all of it at 128, 256 and 512 bit.
/// Read first: GemmTest.
package framepack.tensor.cpu;
