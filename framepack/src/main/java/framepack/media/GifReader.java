package framepack.media;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/// Reads an animated GIF through ImageIO, which hands out the frames as stored; painting them one
/// over another is done here. The frame rate is the mean of the delays.
final class GifReader {
  private static final int MAX_FRAMES = 100_000;
  private static final double USUAL_DELAY = 0.1; // what browsers make of a missing delay

  private GifReader() {}

  static boolean recognises(byte[] head) {
    return head.length >= 6 && head[0] == 'G' && head[1] == 'I' && head[2] == 'F' && head[3] == '8';
  }

  static Clip read(byte[] file, Intake intake) {
    if (file.length < 13) {
      throw intake.broken("is cut short");
    }
    int width = file[6] & 0xff | (file[7] & 0xff) << 8;
    int height = file[8] & 0xff | (file[9] & 0xff) << 8;
    intake.open(width, height, 1);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(stream);
      return frames(reader, new Canvas(width, height), intake);
    } catch (IOException | RuntimeException e) {
      if (e instanceof MediaException known) {
        throw known;
      }
      throw MediaException.broken(intake.name(), "is a damaged GIF (" + e.getMessage() + ")", e);
    } finally {
      reader.dispose();
    }
  }

  private static Clip frames(ImageReader reader, Canvas canvas, Intake intake) throws IOException {
    double seconds = 0;
    int t = 0;
    for (; t < MAX_FRAMES && !intake.completeBefore(t); t++) {
      BufferedImage image;
      Frame frame;
      try {
        image = reader.read(t);
        frame = Frame.of(reader.getImageMetadata(t));
      } catch (IndexOutOfBoundsException _) {
        break; // the end: ImageIO knows the number of frames only then
      }
      var area = new Canvas.Area(frame.left, frame.top, image.getWidth(), image.getHeight());
      if (!canvas.contains(area)) {
        throw intake.broken("is a damaged GIF: frame " + t + " lies outside the picture");
      }
      byte[] before = frame.disposal.equals("restoreToPrevious") ? canvas.copy() : null;
      canvas.paint(StillReader.rgba(image), area, true);
      intake.put(t, canvas.rgb());
      if (frame.disposal.equals("restoreToBackgroundColor")) {
        canvas.clear(area);
      } else if (before != null) {
        canvas.restore(before);
      }
      seconds += frame.seconds;
    }
    return intake.finish(FrameRate.approximate(Math.max(1, t) * 1000L, Math.round(seconds * 1000)));
  }

  private record Frame(int left, int top, double seconds, String disposal) {
    static Frame of(IIOMetadata metadata) {
      int left = 0;
      int top = 0;
      double seconds = USUAL_DELAY;
      String disposal = "none";
      Node root = metadata.getAsTree("javax_imageio_gif_image_1.0");
      for (Node node = root.getFirstChild(); node != null; node = node.getNextSibling()) {
        NamedNodeMap fields = node.getAttributes();
        if (node.getNodeName().equals("ImageDescriptor")) {
          left = number(fields, "imageLeftPosition");
          top = number(fields, "imageTopPosition");
        } else if (node.getNodeName().equals("GraphicControlExtension")) {
          int hundredths = number(fields, "delayTime");
          seconds = hundredths > 1 ? hundredths / 100.0 : USUAL_DELAY;
          disposal = fields.getNamedItem("disposalMethod").getNodeValue();
        }
      }
      return new Frame(left, top, seconds, disposal);
    }

    private static int number(NamedNodeMap fields, String name) {
      return Integer.parseInt(fields.getNamedItem(name).getNodeValue());
    }
  }
}
