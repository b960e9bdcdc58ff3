package framepack.history;

import java.util.Arrays;
import java.util.Optional;

/// The codes Omega [K, C] that a discretised history consists of (paper Eq. 6): K vectors of C latent channels.
///
/// Files are read and written by [CodebookFile].
public final class Codebook {
  private final int channels;
  private final float[] codes;
  private final Fit fit;

  /// Where a codebook comes from.
  ///
  /// @param seed of the fit
  /// @param source what it was fitted on, in words
  /// @param pixels number of latent pixels
  /// @param distortion mean squared distance of a pixel to its code, summed over channels
  /// @param variance mean squared distance of a pixel to the mean pixel, summed over channels
  public record Fit(long seed, String source, long pixels, double distortion, double variance) {
    /// The part of the variance that the codes keep, 1 where there is none to keep.
    public double retained() {
      return variance > 0 ? 1 - distortion / variance : 1;
    }
  }

  /// @param codes row-major [K, C], all finite
  /// @param fit null for codes that were not fitted here
  public Codebook(int channels, float[] codes, Fit fit) {
    if (channels < 1 || codes.length == 0 || codes.length % channels != 0) {
      throw new CodebookException(
          "codebook: expected K >= 1 codes of C >= 1 channels, got %d numbers for %d channels"
              .formatted(codes.length, channels));
    }
    for (int i = 0; i < codes.length; i++) {
      if (!Float.isFinite(codes[i])) {
        throw new CodebookException(
            "codebook: channel %d of code %d is %s; fit it again on finite latents"
                .formatted(i % channels, i / channels, codes[i]));
      }
    }
    this.channels = channels;
    this.codes = codes.clone();
    this.fit = fit;
  }

  /// K.
  public int size() {
    return codes.length / channels;
  }

  /// C.
  public int channels() {
    return channels;
  }

  /// All codes, row-major [K, C], copied.
  public float[] codes() {
    return codes.clone();
  }

  /// One code.
  public float[] code(int index) {
    return Arrays.copyOfRange(codes, index * channels, (index + 1) * channels);
  }

  public Optional<Fit> fit() {
    return Optional.ofNullable(fit);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Codebook other
        && other.channels == channels
        && Arrays.equals(other.codes, codes)
        && other.fit().equals(fit());
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(codes) + channels;
  }

  @Override
  public String toString() {
    return "codebook of %d codes, %d channels".formatted(size(), channels);
  }
}
