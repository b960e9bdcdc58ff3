package framepack.history;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.random.Philox;
import java.util.Arrays;

/// Pixels assigned to their nearest centres: sums, counts and distances. Assigned on a backend piece by piece, summed in
/// double in the order of the pixels.
final class Assignment {
  private static final int PIECE = 1 << 14;

  private final float[] assigned;
  private final int channels;
  private final double[] sums;
  private final long[] counts;
  private final FarthestPixels farthest = new FarthestPixels();
  private double distance;
  private long pixels;

  private Assignment(float[] centres, int channels) {
    this.assigned = centres;
    this.channels = channels;
    this.sums = new double[centres.length];
    this.counts = new long[centres.length / channels];
  }

  /// Assigns all pixels to centres [K, C].
  static Assignment of(LatentPixels pixels, float[] centres, Backend backend) {
    Assignment all = new Assignment(centres, pixels.channels());
    float[] rows = new float[PIECE * pixels.channels()];
    try (Workspace home = Workspace.detached(backend)) {
      NearestCode nearest = new NearestCode(home, centres, pixels.channels());
      for (long from = 0; from < pixels.count(); from += PIECE) {
        int count = (int) Math.min(PIECE, pixels.count() - from);
        pixels.read(from, count, rows, 0);
        all.add(rows, count, nearest, backend);
      }
    }
    return all;
  }

  /// Assigns `count` pixels drawn with replacement.
  static Assignment ofSome(
      LatentPixels pixels, int count, Philox random, float[] centres, Backend backend) {
    Assignment some = new Assignment(centres, pixels.channels());
    float[] rows = new float[Math.multiplyExact(count, pixels.channels())];
    for (int i = 0; i < count; i++) {
      pixels.read(random.nextLong(pixels.count()), 1, rows, i * pixels.channels());
    }
    try (Workspace home = Workspace.detached(backend)) {
      some.add(rows, count, new NearestCode(home, centres, pixels.channels()), backend);
    }
    return some;
  }

  static double squaredDistance(float[] rows, int row, float[] centres, int k, int channels) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      double d = (double) rows[row * channels + c] - centres[k * channels + c];
      sum += d * d;
    }
    return sum;
  }

  private void add(float[] rows, int count, NearestCode nearest, Backend backend) {
    long[] codes;
    try (Workspace _ = Workspace.open(backend)) {
      Tensor all = Tensor.of(Arrays.copyOf(rows, count * channels), count, channels);
      codes = nearest.of(all).toLongs();
    }
    for (int i = 0; i < count; i++) {
      int k = (int) codes[i];
      double d = squaredDistance(rows, i, assigned, k, channels);
      counts[k]++;
      distance += d;
      farthest.offer(d, rows, i * channels, channels);
      for (int c = 0; c < channels; c++) {
        sums[k * channels + c] += rows[i * channels + c];
      }
    }
    pixels += count;
  }

  /// Mean squared distance to the nearest centre.
  double distortion() {
    return distance / pixels;
  }

  long count(int code) {
    return counts[code];
  }

  double sum(int code, int channel) {
    return sums[code * channels + channel];
  }

  boolean leavesCodesEmpty() {
    for (long count : counts) {
      if (count == 0) {
        return true;
      }
    }
    return false;
  }

  /// The means of the pixels assigned; for a centre without any the farthest pixel that is left, and if there is none
  /// no centre.
  float[] centres() {
    float[] moved = new float[assigned.length];
    int k = 0;
    for (int old = 0; old < counts.length; old++) {
      float[] replacement = counts[old] > 0 ? null : farthest.take();
      if (counts[old] == 0 && replacement == null) {
        continue;
      }
      for (int c = 0; c < channels; c++) {
        moved[k * channels + c] =
            replacement == null ? (float) (sum(old, c) / counts[old]) : replacement[c];
      }
      k++;
    }
    return Arrays.copyOf(moved, k * channels);
  }
}
