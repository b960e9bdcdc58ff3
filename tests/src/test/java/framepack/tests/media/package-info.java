/// Room      : framepack.tests.media — videos in and out.
/// May see   : framepack.media, framepack.tensor.io.
/// One file  : one promise: what is read, what survives a round trip, what is refused.
/// Proved by : breaking the reader or writer once and seeing these fail.
/// Read first: ClipReaderTest.
package framepack.tests.media;
