package framepack.order;

/// A stretch of finished latents to decode after a section, and how its pixels join the video.
///
/// Neighbouring windows share latents; their pixels are blended by `SoftAppend` over `overlap`.
///
/// @param first first latent frame of the video to decode
/// @param count number of latent frames
/// @param overlap pixel frames shared with the pixels so far, 0 for the first window
/// @param inFront true if the pixels go before those so far (inverted order)
public record DecodeWindow(int first, int count, int overlap, boolean inFront) {
  /// Pixel frames of a causal VAE with 4x temporal compression: `4·latents - 3`.
  public static int pixelFrames(int latents) {
    return 4 * latents - 3;
  }

  /// Pixel frames of this window alone.
  public int pixelFrames() {
    return pixelFrames(count);
  }

  /// Everything up to and including the first `g` new frames.
  static DecodeWindow opening(int first, int count) {
    return new DecodeWindow(first, count, 0, false);
  }

  /// The newest two sections, blended over one section's pixels (`4g - 3`).
  static DecodeWindow joined(int first, int count, int generated, boolean inFront) {
    return new DecodeWindow(first, count, pixelFrames(generated), inFront);
  }
}
