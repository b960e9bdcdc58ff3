package framepack.tests.history;

import framepack.experiment.dataset.Frames;
import framepack.history.LatentPixels;
import framepack.tensor.random.Philox;
import java.util.List;

/// Latent pixels around a few centres, as videos.
public final class Blobs {
  private Blobs() {}

  /// A video [channels, frames, 4, 5] of pixels around `centres` random points, as far from them as `spread` says.
  public static Frames video(int channels, int frames, int centres, double spread, long seed) {
    Philox random = new Philox(seed, 0, 0);
    float[][] points = new float[centres][];
    for (int i = 0; i < centres; i++) {
      points[i] = random.normal(channels);
    }
    Frames video = Frames.zeros(channels, frames, 4, 5);
    int plane = frames * 20;
    for (int i = 0; i < plane; i++) {
      float[] point = points[random.nextInt(centres)];
      for (int c = 0; c < channels; c++) {
        video.values()[c * plane + i] = (float) (point[c] + spread * random.nextGaussian());
      }
    }
    return video;
  }

  public static LatentPixels pixels(int channels, int frames, int centres, double spread) {
    return LatentPixels.of(List.of(video(channels, frames, centres, spread, 5)));
  }

  /// All pixels as rows [count, channels].
  public static float[] rows(LatentPixels pixels) {
    float[] rows = new float[(int) pixels.count() * pixels.channels()];
    pixels.read(0, (int) pixels.count(), rows, 0);
    return rows;
  }

  /// Squared distance of row `i` to code `k`, in double.
  public static double distance(float[] rows, int i, float[] codes, int k, int channels) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      double d = (double) rows[i * channels + c] - codes[k * channels + c];
      sum += d * d;
    }
    return sum;
  }
}
