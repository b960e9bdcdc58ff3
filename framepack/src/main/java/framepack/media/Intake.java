package framepack.media;

import java.util.ArrayList;
import java.util.List;

/// Where a reader delivers frames: keeps the wanted ones at the wanted size, and refuses before
/// the work starts what would not fit into the heap.
final class Intake {
  /// Larger frames than 8K are taken for damage.
  static final int MAX_SIDE = 8192;

  private final String name;
  private final Wanted wanted;
  private final List<byte[]> frames = new ArrayList<>();
  private int width;
  private int height;
  private AreaResize resize;

  Intake(String name, Wanted wanted) {
    this.name = name;
    this.wanted = wanted;
  }

  String name() {
    return name;
  }

  MediaException broken(String what) {
    return MediaException.broken(name, what);
  }

  /// To be called before the first frame. `count` may be an upper bound.
  void open(int fromWidth, int fromHeight, long count) {
    if (fromWidth < 1 || fromHeight < 1 || fromWidth > MAX_SIDE || fromHeight > MAX_SIDE) {
      throw broken(
          "claims a frame size of %dx%d; at most %dx%d is read"
              .formatted(fromWidth, fromHeight, MAX_SIDE, MAX_SIDE));
    }
    width = wanted.width() == 0 ? fromWidth : wanted.width();
    height = wanted.height() == 0 ? fromHeight : wanted.height();
    if (width != fromWidth || height != fromHeight) {
      resize = new AreaResize(fromWidth, fromHeight, width, height);
    }
    long need = 3L * width * height * wanted.of(count);
    long spare = Runtime.getRuntime().maxMemory() / 10 * 7;
    if (need > spare) {
      throw broken(
          "%d frames of %dx%d need %d MiB and the heap allows %d; take fewer frames, a smaller"
                  .formatted(wanted.of(count), width, height, need >> 20, spare >> 20)
              + " size, or raise -Xmx");
    }
  }

  boolean wants(int index) {
    return index % wanted.every() == 0 && index / wanted.every() < wanted.maxFrames();
  }

  /// True if no frame from `index` on is wanted.
  boolean completeBefore(int index) {
    return (index + (long) wanted.every() - 1) / wanted.every() >= wanted.maxFrames();
  }

  /// Takes frame `index` in display order; frames may come in any order.
  void put(int index, byte[] rgb) {
    if (!wants(index)) {
      return;
    }
    int place = index / wanted.every();
    while (frames.size() <= place) {
      frames.add(null);
    }
    frames.set(place, resize == null ? rgb : resize.apply(rgb));
  }

  Clip finish(FrameRate rate) {
    if (frames.isEmpty()) {
      throw broken("holds no frames");
    }
    int missing = frames.indexOf(null);
    if (missing >= 0) {
      throw broken("frame " + missing * wanted.every() + " is missing");
    }
    FrameRate slower = FrameRate.approximate(rate.num(), (long) rate.den() * wanted.every());
    return new Clip(width, height, slower, frames.toArray(byte[][]::new));
  }
}
