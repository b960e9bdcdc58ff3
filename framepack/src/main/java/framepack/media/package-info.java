/// Room      : framepack.media — videos in and out: mp4, y4m, PNG, APNG, GIF.
/// May see   : framepack.tensor.io, JCodec (H.264 only), ImageIO (GIF and JPEG only). Never tensors.
/// One file  : one format and one direction.
/// Proved by : tests/media (bit-exact round trips, pixels checked against FFmpeg, hostile files).
/// Read first: Clip, ClipReader.
package framepack.media;
