package framepack.media;

import java.util.Arrays;

/// The picture that an animated PNG or GIF paints on, frame by frame: 8-bit RGBA, at first
/// transparent. What stays transparent is black in the video.
final class Canvas {
  private final int width;
  private final int height;
  private byte[] rgba;

  /// Where a frame goes, in pixels.
  record Area(int left, int top, int width, int height) {}

  Canvas(int width, int height) {
    this.width = width;
    this.height = height;
    this.rgba = new byte[width * height * 4];
  }

  byte[] copy() {
    return rgba.clone();
  }

  void restore(byte[] earlier) {
    rgba = earlier;
  }

  boolean contains(Area area) {
    return area.left >= 0
        && area.top >= 0
        && area.width > 0
        && area.height > 0
        && area.left + (long) area.width <= width
        && area.top + (long) area.height <= height;
  }

  /// @param pixels RGBA `[area.height, area.width, 4]`
  /// @param over mix with what is there by alpha, else replace it
  void paint(byte[] pixels, Area area, boolean over) {
    for (int y = 0; y < area.height; y++) {
      for (int x = 0; x < area.width; x++) {
        int from = (y * area.width + x) * 4;
        int to = ((area.top + y) * width + area.left + x) * 4;
        if (over) {
          mix(pixels, from, to);
        } else {
          System.arraycopy(pixels, from, rgba, to, 4);
        }
      }
    }
  }

  private void mix(byte[] pixels, int from, int to) {
    int alpha = pixels[from + 3] & 0xff;
    int under = (rgba[to + 3] & 0xff) * (255 - alpha) / 255;
    int total = alpha + under;
    for (int c = 0; c < 3 && total > 0; c++) {
      int sum = (pixels[from + c] & 0xff) * alpha + (rgba[to + c] & 0xff) * under;
      rgba[to + c] = (byte) ((sum + total / 2) / total);
    }
    rgba[to + 3] = (byte) total;
  }

  void clear(Area area) {
    for (int y = area.top; y < area.top + area.height; y++) {
      int from = (y * width + area.left) * 4;
      Arrays.fill(rgba, from, from + area.width * 4, (byte) 0);
    }
  }

  /// Interleaved RGB on black.
  byte[] rgb() {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < width * height; i++) {
      int alpha = rgba[i * 4 + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        rgb[i * 3 + c] = (byte) (((rgba[i * 4 + c] & 0xff) * alpha + 127) / 255);
      }
    }
    return rgb;
  }
}
