/// Room      : framepack.tests.io — what is written is read back, bit for bit.
/// May see   : everything.
/// One file  : one format.
/// Proved by : breaking the code once and seeing the test fail.
/// Read first: SafeTensorsTest.
package framepack.tests.io;
