/// Room      : framepack.tests.fault — what happens when a file, a disk or a user is not as they should be.
/// May see   : everything.
/// One file  : one source of trouble.
/// Proved by : breaking the code once and seeing the test fail.
/// Read first: HostileSafeTensorsTest.
package framepack.tests.fault;
