package framepack.tests.experiment.dataset;

import framepack.experiment.dataset.Frames;
import framepack.tensor.random.Philox;

/// Frames to test with.
public final class TestFrames {
  private TestFrames() {}

  /// Every value U(-1, 1).
  public static Frames random(long seed, int channels, int frames, int rows, int columns) {
    Frames out = Frames.zeros(channels, frames, rows, columns);
    Philox draws = Philox.of(seed);
    for (int i = 0; i < out.values().length; i++) {
      out.values()[i] = (float) draws.nextDouble(-1, 1);
    }
    return out;
  }

  /// A pattern of slow waves that moves a little every frame, pixels [3, T, H, W].
  public static Frames waves(int frames, int rows, int columns) {
    Frames out = Frames.zeros(3, frames, rows, columns);
    for (int c = 0; c < 3; c++) {
      for (int t = 0; t < frames; t++) {
        for (int y = 0; y < rows; y++) {
          for (int x = 0; x < columns; x++) {
            double phase = 0.31 * x - 0.53 * y + 0.4 * t + c;
            double value = 0.6 * Math.sin(phase) + 0.3 * Math.cos(0.17 * x * (c + 1) + 0.1 * t);
            out.values()[out.index(c, t, y, x)] = (float) value;
          }
        }
      }
    }
    return out;
  }

  public static Frames plus(Frames frames, double value) {
    Frames out = frames.slice(0, frames.frames());
    for (int i = 0; i < out.values().length; i++) out.values()[i] += (float) value;
    return out;
  }

  public static Frames negated(Frames frames) {
    Frames out = frames.slice(0, frames.frames());
    for (int i = 0; i < out.values().length; i++) out.values()[i] = -out.values()[i];
    return out;
  }

  public static double largestDifference(Frames a, Frames b) {
    a.checkSameShape(b, "largest difference");
    double largest = 0;
    for (int i = 0; i < a.values().length; i++) {
      largest = Math.max(largest, Math.abs((double) a.values()[i] - b.values()[i]));
    }
    return largest;
  }
}
