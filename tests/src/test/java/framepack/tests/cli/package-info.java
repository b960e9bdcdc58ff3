/// Room      : framepack.tests.cli — the program as its users meet it: arguments in, text and exit code out.
/// May see   : Program, and files that the program wrote; nothing of the program's classes.
/// One file  : one verb.
/// Proved by : a fresh process for every case.
/// Read first: Program.
package framepack.tests.cli;
