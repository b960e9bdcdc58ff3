package framepack.tests.media;

import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.media.Clip;
import framepack.media.ClipReader;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Images that ImageIO, not we, have written.
class StillImageTest {
  @TempDir Path folder;

  private Clip written(BufferedImage image, String kind) throws IOException {
    Path file = folder.resolve("image." + kind);
    ImageIO.write(image, kind, file.toFile());
    return ClipReader.read(file);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_BYTE_GRAY,
        BufferedImage.TYPE_USHORT_GRAY,
        BufferedImage.TYPE_BYTE_BINARY,
        BufferedImage.TYPE_BYTE_INDEXED,
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB
      })
  void every_kind_of_png_is_read_as_its_levels(int type) throws IOException {
    var image = new BufferedImage(13, 5, type);
    for (int x = 0; x < 13; x++) {
      for (int y = 0; y < 5; y++) {
        boolean white = (x + y) % 3 == 0;
        int level = white ? 255 : 0;
        if (type == BufferedImage.TYPE_BYTE_GRAY) {
          image.getRaster().setSample(x, y, 0, white ? 200 : 100); // not through a colour space
        } else {
          image.setRGB(x, y, 0xff000000 | level * 0x010101);
        }
      }
    }
    Clip clip = written(image, "png");
    boolean grey = type == BufferedImage.TYPE_BYTE_GRAY;
    for (int x = 0; x < 13; x++) {
      int expected = (x + 2) % 3 == 0 ? (grey ? 200 : 255) : (grey ? 100 : 0);
      assertEquals(expected, clip.sample(0, 2, x, 1), "column " + x);
    }
  }

  @Test
  void transparent_pixels_become_black() throws IOException {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x80ff0000);
    image.setRGB(1, 0, 0x00ffffff);
    Clip clip = written(image, "png");
    assertEquals(128, clip.sample(0, 0, 0, 0));
    assertEquals(0, clip.sample(0, 0, 1, 1));
  }

  @Test
  void grey_jpeg_keeps_its_level() throws IOException {
    var image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      image.getRaster().setSample(i % 16, i / 16, 0, 100);
    }
    assertEquals(100, written(image, "jpg").sample(0, 8, 8, 0), 1);
  }

  @Test
  void animated_gif_is_painted_frame_over_frame() throws IOException {
    Path file = folder.resolve("a.gif");
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (var out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      writer.writeToSequence(gifFrame(writer, 0, 4, 0xff0000), null);
      writer.writeToSequence(gifFrame(writer, 1, 2, 0x00ff00), null);
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    Clip clip = ClipReader.read(file);
    assertEquals(2, clip.frames());
    assertEquals(10, clip.rate().fps(), 1e-9);
    assertEquals(255, clip.sample(0, 2, 2, 0));
    assertEquals(255, clip.sample(1, 2, 2, 1), "the small green square");
    assertEquals(255, clip.sample(1, 1, 1, 0), "its first pixel is transparent");
    assertEquals(0, clip.sample(1, 1, 1, 1), "its first pixel is transparent");
    assertEquals(255, clip.sample(1, 0, 0, 0), "the red around it stays");
  }

  /// A square of one colour at (`at`, `at`), shown for a tenth of a second; if it does not cover
  /// everything its first pixel is transparent.
  private static IIOImage gifFrame(ImageWriter writer, int at, int side, int rgb)
      throws IOException {
    int[] colours = {rgb, 0};
    var palette = new IndexColorModel(1, 2, colours, 0, false, 1, DataBuffer.TYPE_BYTE);
    var image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_BINARY, palette);
    if (at > 0) {
      image.getRaster().setSample(0, 0, 0, 1);
    }
    IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
    String format = metadata.getNativeMetadataFormatName();
    var root = (IIOMetadataNode) metadata.getAsTree(format);
    var place = (IIOMetadataNode) root.getElementsByTagName("ImageDescriptor").item(0);
    place.setAttribute("imageLeftPosition", String.valueOf(at));
    place.setAttribute("imageTopPosition", String.valueOf(at));
    var control = (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
    control.setAttribute("delayTime", "10");
    metadata.setFromTree(format, root);
    return new IIOImage(image, null, metadata);
  }
}
