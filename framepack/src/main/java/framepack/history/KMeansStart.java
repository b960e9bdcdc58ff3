package framepack.history;

import framepack.tensor.random.Philox;
import java.util.Arrays;

/// The start of k-means++: pixels drawn one after the other, each with a probability that grows with its squared distance to
/// those drawn before (Arthur and Vassilvitskii 2007). The draws for K codes begin with those for fewer.
///
/// Draws from all pixels, or from a sample of 65,536 of a larger set.
record KMeansStart(int codes, long seed) {
  private static final int SAMPLE = 1 << 16;
  private static final long PICKS = 0;
  private static final long SAMPLES = 1;

  /// Row-major [K, C]; fewer rows if there are fewer distinct pixels.
  float[] centres(LatentPixels pixels) {
    int channels = pixels.channels();
    float[] rows = sample(pixels);
    int count = rows.length / channels;
    double[] distance = new double[count];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    float[] centres = new float[Math.multiplyExact(Math.min(codes, count), channels)];
    Philox random = new Philox(seed, PICKS, 0);
    int pick = random.nextInt(count);
    for (int k = 0; k < centres.length / channels; k++) {
      if (k > 0) {
        pick = pick(distance, random.nextDouble());
        if (pick < 0) {
          return Arrays.copyOf(centres, k * channels);
        }
      }
      System.arraycopy(rows, pick * channels, centres, k * channels, channels);
      for (int i = 0; i < count; i++) {
        double d = Assignment.squaredDistance(rows, i, centres, k, channels);
        distance[i] = Math.min(distance[i], d);
      }
    }
    return centres;
  }

  private float[] sample(LatentPixels pixels) {
    int channels = pixels.channels();
    int count = (int) Math.min(pixels.count(), SAMPLE);
    float[] rows = new float[Math.multiplyExact(count, channels)];
    if (count == pixels.count()) {
      pixels.read(0, count, rows, 0);
      return rows;
    }
    Philox random = new Philox(seed, SAMPLES, 0);
    for (int i = 0; i < count; i++) {
      pixels.read(random.nextLong(pixels.count()), 1, rows, i * channels);
    }
    return rows;
  }

  /// The pixel at `share` of all distances laid end to end; -1 if all are 0.
  private static int pick(double[] distance, double share) {
    double total = 0;
    for (double d : distance) {
      total += d;
    }
    double left = share * total;
    int last = -1;
    for (int i = 0; i < distance.length; i++) {
      if (distance[i] > 0) {
        last = i;
        left -= distance[i];
        if (left < 0) {
          return i;
        }
      }
    }
    return last;
  }
}
