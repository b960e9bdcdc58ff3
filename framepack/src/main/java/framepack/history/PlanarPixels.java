package framepack.history;

import java.util.ArrayList;
import java.util.List;

/// Pixels of several blocks, each stored channel by channel, [C, places].
final class PlanarPixels implements LatentPixels {
  /// The stored numbers of a block, row-major.
  @FunctionalInterface
  interface Numbers {
    float at(long index);
  }

  private static final int MOST_CHANNELS = 4096;

  private record Block(long first, long places, Numbers numbers) {}

  private final List<Block> blocks = new ArrayList<>();
  private int channels;
  private long count;

  /// Appends a block; its name is for messages.
  void add(String name, int blockChannels, long places, Numbers numbers) {
    if (blockChannels > MOST_CHANNELS) {
      throw new CodebookException(
          "latent pixels: %s has %d channels, expected at most %d; are these latents?"
              .formatted(name, blockChannels, MOST_CHANNELS));
    }
    if (count > 0 && blockChannels != channels) {
      throw new CodebookException(
          "latent pixels: %s has %d channels, expected %d as those before it; fit one codebook for each kind of latents"
              .formatted(name, blockChannels, channels));
    }
    if (places > 0) {
      channels = blockChannels;
      blocks.add(new Block(count, places, numbers));
      count += places;
    }
  }

  /// This set, unless it is empty.
  PlanarPixels checked(String origin) {
    if (count == 0 || channels == 0) {
      throw new CodebookException(
          "latent pixels: %s hold none; give latents [c, t, h, w] or [b, c, t, h, w]"
              .formatted(origin));
    }
    return this;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public void read(long from, int wanted, float[] rows, int at) {
    int block = blockOf(from);
    long next = from;
    int to = at;
    for (int left = wanted; left > 0; block++) {
      Block b = blocks.get(block);
      long place = next - b.first();
      int some = (int) Math.min(left, b.places() - place);
      for (int c = 0; c < channels; c++) {
        long plane = c * b.places() + place;
        for (int i = 0; i < some; i++) {
          rows[to + i * channels + c] = b.numbers().at(plane + i);
        }
      }
      next += some;
      to += some * channels;
      left -= some;
    }
  }

  private int blockOf(long pixel) {
    int low = 0;
    int high = blocks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (blocks.get(middle).first() <= pixel) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
