package framepack.tests.media;

import framepack.media.Clip;
import framepack.media.FrameRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Clips that are made up, and how far two are apart.
final class TestClips {
  private TestClips() {}

  static Clip noise(int frames, int width, int height, FrameRate rate, long seed) {
    var random = new Random(seed);
    List<byte[]> all = new ArrayList<>();
    for (int t = 0; t < frames; t++) {
      byte[] frame = new byte[width * height * 3];
      random.nextBytes(frame);
      all.add(frame);
    }
    return Clip.of(width, height, rate, all);
  }

  /// Slow waves of colour that move.
  static Clip smooth(int frames, int width, int height) {
    List<byte[]> all = new ArrayList<>();
    for (int t = 0; t < frames; t++) {
      byte[] frame = new byte[width * height * 3];
      for (int y = 0, i = 0; y < height; y++) {
        for (int x = 0; x < width; x++, i += 3) {
          frame[i] = level(Math.sin(0.031 * x + 0.1 * t));
          frame[i + 1] = level(Math.sin(0.027 * y - 0.08 * t + 1));
          frame[i + 2] = level(Math.sin(0.02 * (x + y) + 0.05 * t + 2));
        }
      }
      all.add(frame);
    }
    return Clip.of(width, height, FrameRate.of(24), all);
  }

  private static byte level(double wave) {
    return (byte) Math.round(127.5 + 110 * wave);
  }

  static boolean same(Clip a, Clip b) {
    boolean same =
        a.frames() == b.frames()
            && a.width() == b.width()
            && a.height() == b.height()
            && a.rate().equals(b.rate());
    for (int t = 0; same && t < a.frames(); t++) {
      same = Arrays.equals(a.frame(t), b.frame(t));
    }
    return same;
  }

  /// Peak signal-to-noise ratio in dB over the area of `a`.
  static double psnr(Clip a, Clip b) {
    double sum = 0;
    long count = 0;
    for (int t = 0; t < a.frames(); t++) {
      for (int y = 0; y < a.height(); y++) {
        for (int x = 0; x < a.width(); x++) {
          for (int c = 0; c < 3; c++) {
            double error = a.sample(t, y, x, c) - b.sample(t, y, x, c);
            sum += error * error;
            count++;
          }
        }
      }
    }
    return 10 * Math.log10(255 * 255 / (sum / count));
  }
}
