package framepack.verify.kind;

import framepack.order.DecodeWindow;
import framepack.order.Source;
import framepack.tensor.Tensor;
import java.util.stream.IntStream;

/// Latents of a whole video, [1, channels, frames, height, width], and the stand-in decoder of section cases: colours are
/// means over channels, the first latent gives one pixel frame and every other one four, each a little brighter.
final class StandInVideo {
  static final int COLOURS = 3;
  private static final int[] BOUNDS = {0, 5, 11, 16};
  private static final double BRIGHTER = 0.01;

  private final int channels;
  private final int frames;
  private final long height;
  private final long width;
  private final float[] latents;

  /// An empty video of `frames` latents sized like `sampled` [..., channels, time, height, width].
  StandInVideo(Tensor sampled, int frames) {
    this.channels = Math.toIntExact(sampled.extent(-4));
    this.frames = frames;
    this.height = sampled.extent(-2);
    this.width = sampled.extent(-1);
    this.latents = new float[channels * frames * plane()];
  }

  int plane() {
    return Math.toIntExact(height * width);
  }

  long[] extents(int count) {
    return new long[] {1, channels, count, height, width};
  }

  long[] pixelExtents(int values) {
    return new long[] {1, COLOURS, values / COLOURS / plane(), height, width};
  }

  /// Puts latents [1, channels, count, height, width] at frame `first`.
  void insert(float[] part, int first) {
    int size = part.length / channels;
    for (int c = 0; c < channels; c++) {
      System.arraycopy(part, c * size, latents, (c * frames + first) * plane(), size);
    }
  }

  /// The wanted frames, [1, channels, wanted, height, width]; missing ones are zero.
  float[] gather(int[] wanted) {
    int plane = plane();
    float[] out = new float[channels * wanted.length * plane];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] != Source.MISSING) {
          int at = (c * frames + wanted[i]) * plane;
          System.arraycopy(latents, at, out, (c * wanted.length + i) * plane, plane);
        }
      }
    }
    return out;
  }

  /// Pixels [1, 3, 4·count - 3, height, width] of a window.
  float[] decode(DecodeWindow window) {
    int plane = plane();
    int end = window.first() + window.count();
    float[] seen = gather(IntStream.range(window.first(), end).toArray());
    int total = window.pixelFrames();
    float[] pixels = new float[COLOURS * total * plane];
    for (int colour = 0; colour < COLOURS; colour++) {
      for (int t = 0; t < total; t++) {
        int latent = (t + 3) / 4;
        for (int p = 0; p < plane; p++) {
          double sum = 0;
          for (int c = BOUNDS[colour]; c < BOUNDS[colour + 1]; c++) {
            sum += seen[(c * window.count() + latent) * plane + p];
          }
          double mean = sum / (BOUNDS[colour + 1] - BOUNDS[colour]);
          pixels[(colour * total + t) * plane + p] = (float) (mean + BRIGHTER * t);
        }
      }
    }
    return pixels;
  }
}
