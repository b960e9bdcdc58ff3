/// Room      : tests of framepack.tensor.cpu, from inside its package.
/// May see   : everything package-private there.
/// One file  : <Class>Test; expectations are plain double loops written next to the case.
/// Proved by : surefire runs all of it at 512, 256 and 128 bit (executions of tests/pom.xml).
/// Read first: GemmTest.
package framepack.tensor.cpu;
