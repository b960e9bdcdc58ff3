package framepack.media;

import framepack.media.BitSource.Damaged;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Pixels of one PNG image or APNG frame: every colour type, depth and interlacing, to 8-bit RGBA.
/// Own, because ImageIO changes grey levels on the way (it converts a linear grey space).
final class PngPixels {
  private static final int[][] ADAM7 = { // first column, first row, column step, row step
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private final int depth;
  private final int colour;
  private final boolean interlaced;
  private byte[] palette = new byte[0];
  private byte[] transparency;

  /// @param header the IHDR chunk, on its depth field
  PngPixels(ByteBuffer header) {
    depth = header.get() & 0xff;
    colour = header.get() & 0xff;
    header.getShort(); // compression and filter method, 0 in every version
    interlaced = header.get() == 1;
    boolean known =
        switch (colour) {
          case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case 2, 4, 6 -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!known) {
      throw new Damaged("has the unknown colour type " + colour + " with " + depth + " bits");
    }
  }

  void palette(ByteBuffer body) {
    palette = bytes(body);
  }

  void transparency(ByteBuffer body) {
    transparency = bytes(body);
  }

  private static byte[] bytes(ByteBuffer body) {
    byte[] bytes = new byte[body.remaining()];
    body.duplicate().get(bytes);
    return bytes;
  }

  private int channels() {
    return switch (colour) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  /// Inflates and unfilters `data` of a `width` x `height` image to RGBA `[height, width, 4]`.
  byte[] decode(ByteArrayOutputStream data, int width, int height) {
    byte[] rgba = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 4)];
    int[][] passes = interlaced ? ADAM7 : new int[][] {{0, 0, 1, 1}};
    var inflater = new Inflater();
    try {
      inflater.setInput(data.toByteArray());
      for (int[] pass : passes) {
        int columns = (width - pass[0] + pass[2] - 1) / pass[2];
        int rows = (height - pass[1] + pass[3] - 1) / pass[3];
        if (columns > 0 && rows > 0) {
          decodePass(inflater, pass, columns, rows, width, rgba);
        }
      }
    } catch (DataFormatException e) {
      throw new Damaged("is damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
    return rgba;
  }

  private void decodePass(
      Inflater inflater, int[] pass, int columns, int rows, int width, byte[] rgba)
      throws DataFormatException {
    int bits = depth * channels();
    int step = Math.max(1, bits / 8);
    byte[] above = new byte[(columns * bits + 7) / 8];
    byte[] row = new byte[above.length];
    byte[] filter = new byte[1];
    for (int y = 0; y < rows; y++) {
      fill(inflater, filter);
      fill(inflater, row);
      for (int i = 0; i < row.length; i++) {
        int left = i < step ? 0 : row[i - step] & 0xff;
        int corner = i < step ? 0 : above[i - step] & 0xff;
        row[i] += (byte) PngFilter.predict(filter[0], left, above[i] & 0xff, corner);
      }
      int at = ((pass[1] + y * pass[3]) * width + pass[0]) * 4;
      for (int x = 0; x < columns; x++, at += pass[2] * 4) {
        pixel(row, x, rgba, at);
      }
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  private static void fill(Inflater inflater, byte[] out) throws DataFormatException {
    int done = 0;
    while (done < out.length) {
      int got = inflater.inflate(out, done, out.length - done);
      if (got == 0
          && (inflater.finished() || inflater.needsInput() || inflater.needsDictionary())) {
        throw new Damaged("is damaged: its pixels end early");
      }
      done += got;
    }
  }

  private void pixel(byte[] row, int x, byte[] rgba, int at) {
    int n = channels();
    switch (colour) {
      case 0 -> {
        int grey = sample(row, x);
        int level = depth == 16 ? grey >> 8 : grey * 255 / ((1 << depth) - 1);
        set(rgba, at, level, level, level, isKey(grey, grey, grey) ? 0 : 255);
      }
      case 2 -> {
        int r = sample(row, x * n);
        int g = sample(row, x * n + 1);
        int b = sample(row, x * n + 2);
        set(rgba, at, eight(r), eight(g), eight(b), isKey(r, g, b) ? 0 : 255);
      }
      case 3 -> {
        int entry = sample(row, x);
        if (entry * 3 + 2 >= palette.length) {
          throw new Damaged("is damaged: colour " + entry + " is not in its palette");
        }
        int alpha =
            transparency != null && entry < transparency.length ? transparency[entry] & 0xff : 255;
        int p = entry * 3;
        set(rgba, at, palette[p], palette[p + 1], palette[p + 2], alpha);
      }
      case 4 -> {
        int level = eight(sample(row, x * n));
        set(rgba, at, level, level, level, eight(sample(row, x * n + 1)));
      }
      default -> {
        int r = eight(sample(row, x * n));
        int g = eight(sample(row, x * n + 1));
        int b = eight(sample(row, x * n + 2));
        set(rgba, at, r, g, b, eight(sample(row, x * n + 3)));
      }
    }
  }

  private int eight(int sample) {
    return depth == 16 ? sample >> 8 : sample;
  }

  private int sample(byte[] row, int i) {
    if (depth == 16) {
      return (row[2 * i] & 0xff) << 8 | row[2 * i + 1] & 0xff;
    }
    int bit = i * depth;
    return (row[bit >> 3] & 0xff) >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
  }

  /// The one colour that a tRNS chunk makes transparent.
  private boolean isKey(int r, int g, int b) {
    if (transparency == null || transparency.length < (colour == 0 ? 2 : 6)) {
      return false;
    }
    ByteBuffer key = ByteBuffer.wrap(transparency);
    int keyR = key.getShort() & 0xffff;
    return colour == 0
        ? r == keyR
        : r == keyR && g == (key.getShort() & 0xffff) && b == (key.getShort() & 0xffff);
  }

  private static void set(byte[] rgba, int at, int r, int g, int b, int alpha) {
    rgba[at] = (byte) r;
    rgba[at + 1] = (byte) g;
    rgba[at + 2] = (byte) b;
    rgba[at + 3] = (byte) alpha;
  }
}
