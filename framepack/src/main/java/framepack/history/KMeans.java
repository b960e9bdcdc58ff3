package framepack.history;

import framepack.tensor.backend.Backend;
import framepack.tensor.random.Philox;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Fits a codebook: k-means++ start, then Lloyd's passes over all pixels; large sets are first run through mini-batches
/// (Sculley 2010) and then need two passes. Memory is bounded by K, C and the batch, not by the number of pixels.
///
/// Everything random comes from Philox under `seed`, and every sum has a fixed order: a fit does not depend on the number of
/// threads. A code that no pixel is nearest to moves to the pixel that is farthest from its code.
///
/// @param codes K, at least 1; a set with fewer distinct pixels gets as many codes as it has
/// @param passes at most so many passes (mini-batches, if there are any), 0 keeps the start
/// @param tolerance ends when a pass lowers the distortion by no more than this share of it
/// @param batch pixels of a mini-batch; 0: passes over all pixels only
public record KMeans(int codes, int passes, double tolerance, int batch, long seed) {
  /// Pixels up to which all of them are looked at in every pass.
  private static final long FULL = 1 << 19;

  private static final int BATCH = 1 << 14;
  private static final int PASSES_AFTER_BATCHES = 2;
  private static final long BATCHES = 2;

  /// Told after every pass.
  @FunctionalInterface
  public interface Listener {
    Listener NONE = (_, _, _) -> {};

    /// @param pass from 0
    /// @param distortion mean squared distance to the codes that the pass began with, over the pixels it looked at
    /// @param codes how many there are
    void passed(int pass, double distortion, int codes);
  }

  public KMeans {
    if (codes < 1 || passes < 0 || !(tolerance >= 0) || batch < 0) {
      throw new CodebookException(
          "k-means: expected codes >= 1, passes >= 0, tolerance >= 0 and batch >= 0, got %d, %d, %s and %d"
              .formatted(codes, passes, tolerance, batch));
    }
  }

  /// Usual settings: until a pass gains less than 0.01 %, 100 passes at most; mini-batches of 16,384 for sets of more
  /// than half a million pixels.
  public static KMeans of(int codes, long pixels, long seed) {
    return new KMeans(codes, 100, 1e-4, pixels > FULL ? BATCH : 0, seed);
  }

  /// Fits codes to `pixels`; empty if it was stopped.
  ///
  /// @param source what the pixels are, in words
  /// @throws CodebookException if a pixel is not finite
  public Optional<Codebook> fit(
      LatentPixels pixels,
      String source,
      Backend backend,
      Listener listener,
      BooleanSupplier stop) {
    double variance = PixelVariance.of(pixels);
    float[] centres = new KMeansStart(codes, seed).centres(pixels);
    int done = 0;
    if (batch > 0) {
      MiniBatches batches = new MiniBatches(centres, pixels.channels());
      for (; done < passes; done++) {
        if (stop.getAsBoolean()) {
          return Optional.empty();
        }
        Philox random = new Philox(seed, BATCHES, done);
        double distortion = batches.step(pixels, batch, random, backend);
        listener.passed(done, distortion, codes(centres, pixels));
      }
      centres = batches.centres();
    }
    int last = done + (batch > 0 ? Math.min(passes, PASSES_AFTER_BATCHES) : passes);
    double before = Double.POSITIVE_INFINITY;
    while (!stop.getAsBoolean()) {
      Assignment all = Assignment.of(pixels, centres, backend);
      listener.passed(done, all.distortion(), codes(centres, pixels));
      boolean settled =
          before < Double.POSITIVE_INFINITY
              && before - all.distortion() <= tolerance * all.distortion();
      if (done == last || settled && !all.leavesCodesEmpty()) {
        var fit = new Codebook.Fit(seed, source, pixels.count(), all.distortion(), variance);
        return Optional.of(new Codebook(pixels.channels(), centres, fit));
      }
      before = all.distortion();
      centres = all.centres();
      done++;
    }
    return Optional.empty();
  }

  private static int codes(float[] centres, LatentPixels pixels) {
    return centres.length / pixels.channels();
  }
}
