/// Room      : framepack.cli — the command line: parses, prints, exits.
/// May see   : everything in framepack and tensor; the only room with System.out and System.exit.
/// One file  : one verb.
/// Proved by : tests/cli, through the real main in a fresh process.
/// Read first: Main.
package framepack.cli;
