package framepack.media;

import java.util.ArrayList;
import java.util.List;

/// A video in memory: 8-bit RGB frames of one size. Immutable.
///
/// Frames are separate arrays, so that the whole may be larger than 2 GiB.
public final class Clip {
  private final int width;
  private final int height;
  private final FrameRate rate;
  private final byte[][] frames; // each [height, width, 3]

  /// Takes the arrays over without copying; for this package's readers.
  Clip(int width, int height, FrameRate rate, byte[][] frames) {
    this.width = width;
    this.height = height;
    this.rate = rate;
    this.frames = frames;
  }

  /// A clip of interleaved RGB frames `[height, width, 3]`, copied.
  public static Clip of(int width, int height, FrameRate rate, List<byte[]> frames) {
    checkSize(width, height);
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("a clip needs at least one frame, got none");
    }
    byte[][] copies = new byte[frames.size()][];
    for (int t = 0; t < copies.length; t++) {
      byte[] frame = frames.get(t);
      if (frame.length != width * height * 3) {
        throw new IllegalArgumentException(
            "frame %d has %d bytes; %dx%d RGB needs %d"
                .formatted(t, frame.length, width, height, width * height * 3));
      }
      copies[t] = frame.clone();
    }
    return new Clip(width, height, rate, copies);
  }

  /// A clip from values in [-1, 1], planar in `order`; values outside are clamped, halves rounded
  /// up. The inverse of [#toPlanar(PlaneOrder)] for every byte value.
  public static Clip fromPlanar(
      float[] values, PlaneOrder order, int frames, int height, int width, FrameRate rate) {
    checkSize(width, height);
    int plane = width * height;
    if (frames < 1 || values.length != (long) frames * 3 * plane) {
      throw new IllegalArgumentException(
          "%s clip of %d frames %dx%d needs %d values, got %d"
              .formatted(order, frames, width, height, (long) frames * 3 * plane, values.length));
    }
    byte[][] rgb = new byte[frames][plane * 3];
    for (int t = 0; t < frames; t++) {
      for (int c = 0; c < 3; c++) {
        int base = order.offset(t, c, frames, plane);
        for (int i = 0; i < plane; i++) {
          rgb[t][i * 3 + c] = toByte(values[base + i], t);
        }
      }
    }
    return new Clip(width, height, rate, rgb);
  }

  private static byte toByte(float value, int frame) {
    if (Float.isNaN(value)) {
      throw new IllegalArgumentException(
          "frame " + frame + " holds NaN: the model that made it has diverged");
    }
    float scaled = value * 127.5f + 128f; // 127.5 to the middle, 0.5 to round
    return (byte) Math.max(0, Math.min(255, (int) Math.floor(scaled)));
  }

  private static void checkSize(int width, int height) {
    if (width < 1 || height < 1 || (long) width * height * 3 > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "frame size %dx%d: expected 1x1 up to 2^31 bytes a frame".formatted(width, height));
    }
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public FrameRate rate() {
    return rate;
  }

  /// The number of frames, at least one.
  public int frames() {
    return frames.length;
  }

  public double seconds() {
    return frames.length / rate.fps();
  }

  /// A copy of frame `t`, interleaved `[height, width, 3]`.
  public byte[] frame(int t) {
    return frames[t].clone();
  }

  /// The frame itself, for this package's writers, which do not write to it.
  byte[] raw(int t) {
    return frames[t];
  }

  /// One colour (0 red, 1 green, 2 blue) of one pixel, 0 to 255.
  public int sample(int t, int y, int x, int colour) {
    return frames[t][(y * width + x) * 3 + colour] & 0xff;
  }

  /// All frames as values in [-1, 1], planar in `order`.
  public float[] toPlanar(PlaneOrder order) {
    int plane = width * height;
    long total = (long) frames.length * 3 * plane;
    if (total > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(
          "%d frames %dx%d are %d values, more than one array holds; take a part with part(from,"
                  .formatted(frames.length, width, height, total)
              + " count)");
    }
    float[] values = new float[(int) total];
    for (int t = 0; t < frames.length; t++) {
      for (int c = 0; c < 3; c++) {
        int base = order.offset(t, c, frames.length, plane);
        for (int i = 0; i < plane; i++) {
          values[base + i] = (frames[t][i * 3 + c] & 0xff) / 127.5f - 1f;
        }
      }
    }
    return values;
  }

  /// Frames `from` up to `from + count`, sharing the pixels.
  public Clip part(int from, int count) {
    if (from < 0 || count < 1 || from + count > frames.length) {
      throw new IllegalArgumentException(
          "part(%d, %d) of a clip of %d frames".formatted(from, count, frames.length));
    }
    byte[][] part = new byte[count][];
    System.arraycopy(frames, from, part, 0, count);
    return new Clip(width, height, rate, part);
  }

  /// Every frame scaled to cover `width` x `height` and cropped at the centre: see [AreaResize].
  public Clip resized(int toWidth, int toHeight) {
    checkSize(toWidth, toHeight);
    if (toWidth == width && toHeight == height) {
      return this;
    }
    var resize = new AreaResize(width, height, toWidth, toHeight);
    byte[][] out = new byte[frames.length][];
    for (int t = 0; t < out.length; t++) {
      out[t] = resize.apply(frames[t]);
    }
    return new Clip(toWidth, toHeight, rate, out);
  }

  /// The same frames at another speed.
  public Clip withRate(FrameRate other) {
    return new Clip(width, height, other, frames);
  }

  /// This clip, then `other`, which must have the same size.
  public Clip then(Clip other) {
    if (other.width != width || other.height != height) {
      throw new IllegalArgumentException(
          "cannot join %dx%d with %dx%d; resize one first"
              .formatted(width, height, other.width, other.height));
    }
    var all = new ArrayList<byte[]>(frames.length + other.frames.length);
    all.addAll(List.of(frames));
    all.addAll(List.of(other.frames));
    return new Clip(width, height, rate, all.toArray(byte[][]::new));
  }

  @Override
  public String toString() {
    return "Clip[" + frames.length + " frames " + width + "x" + height + ", " + rate + " a second]";
  }
}
