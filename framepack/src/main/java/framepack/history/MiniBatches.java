package framepack.history;

import framepack.tensor.backend.Backend;
import framepack.tensor.random.Philox;

/// Mini-batch k-means: every centre is the mean of all pixels that were ever assigned to it (Sculley 2010).
final class MiniBatches {
  private final int channels;
  private final float[] centres;
  private final long[] seen;

  MiniBatches(float[] start, int channels) {
    this.channels = channels;
    this.centres = start.clone();
    this.seen = new long[start.length / channels];
  }

  /// Draws `count` pixels and moves the centres. Returns the distortion of these pixels before.
  double step(LatentPixels pixels, int count, Philox random, Backend backend) {
    Assignment some = Assignment.ofSome(pixels, count, random, centres, backend);
    for (int k = 0; k < seen.length; k++) {
      if (some.count(k) > 0) {
        seen[k] += some.count(k);
        for (int c = 0; c < channels; c++) {
          int at = k * channels + c;
          double pull = some.sum(k, c) - some.count(k) * (double) centres[at];
          centres[at] += (float) (pull / seen[k]);
        }
      }
    }
    return some.distortion();
  }

  float[] centres() {
    return centres.clone();
  }
}
