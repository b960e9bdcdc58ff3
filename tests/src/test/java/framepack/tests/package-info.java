/// Room      : framepack.tests — everything that needs two modules: parity, gradient, golden, paper, arch, cli, fault.
/// May see   : everything.
/// One file  : one claim about one class; test names are sentences.
/// Proved by : breaking the code once and seeing the test fail.
/// Read first: framepack.tests.arch.RoomRulesTest.
package framepack.tests;
