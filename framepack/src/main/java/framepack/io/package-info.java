/// Room      : framepack.io — how results reach the disk: whole or not at all.
/// May see   : the JDK only.
/// One file  : one way to write.
/// Proved by : tests/io (full disk, forbidden folder, failing writer).
/// Read first: AtomicFile.
package framepack.io;
