package framepack.media;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Reads a JPEG as a clip of one frame.
final class StillReader {
  private StillReader() {}

  static boolean recognises(byte[] head) {
    return head.length >= 3
        && (head[0] & 0xff) == 0xff
        && (head[1] & 0xff) == 0xd8
        && (head[2] & 0xff) == 0xff;
  }

  static Clip read(byte[] file, Intake intake) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
    ImageReader reader = readers.next();
    try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(stream);
      intake.open(reader.getWidth(0), reader.getHeight(0), 1); // before the pixels are allocated
      boolean[] cut = new boolean[1];
      reader.addIIOReadWarningListener((_, text) -> cut[0] |= text.contains("Premature"));
      BufferedImage image = reader.read(0);
      if (cut[0]) {
        throw intake.broken("is cut short");
      }
      var canvas = new Canvas(image.getWidth(), image.getHeight());
      var all = new Canvas.Area(0, 0, image.getWidth(), image.getHeight());
      canvas.paint(rgba(image), all, false);
      intake.put(0, canvas.rgb());
      return intake.finish(FrameRate.of(25));
    } catch (IOException | RuntimeException e) {
      if (e instanceof MediaException known) {
        throw known;
      }
      throw MediaException.broken(intake.name(), "is a damaged JPEG (" + e.getMessage() + ")", e);
    } finally {
      reader.dispose();
    }
  }

  /// RGBA `[height, width, 4]`. Grey is taken from the raster: `getRGB` would brighten it, since
  /// Java's grey colour space is linear.
  static byte[] rgba(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    WritableRaster raster = image.getRaster();
    boolean grey = image.getType() == BufferedImage.TYPE_BYTE_GRAY;
    byte[] rgba = new byte[w * h * 4];
    for (int y = 0, at = 0; y < h; y++) {
      for (int x = 0; x < w; x++, at += 4) {
        int argb = grey ? 0xff000000 | raster.getSample(x, y, 0) * 0x010101 : image.getRGB(x, y);
        rgba[at] = (byte) (argb >> 16);
        rgba[at + 1] = (byte) (argb >> 8);
        rgba[at + 2] = (byte) argb;
        rgba[at + 3] = (byte) (argb >> 24);
      }
    }
    return rgba;
  }
}
