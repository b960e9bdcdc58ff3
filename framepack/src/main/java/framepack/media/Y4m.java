package framepack.media;

import framepack.tensor.io.AtomicFile;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// YUV4MPEG2 (`.y4m`), what FFmpeg and video metrics read and write uncompressed.
///
/// Written as 4:4:4 with 10 bits, BT.601 limited range: at 10 bits the rounding of each plane is
/// too small to change any 8-bit RGB value, so reading gives back the very bytes (8 bits would
/// lose some). Read: 4:2:0, 4:2:2, 4:4:4 and mono, 8 to 16 bits.
public final class Y4m {
  private static final String MAGIC = "YUV4MPEG2 ";
  private static final int MAX_LINE = 1024;
  private static final int BITS = 10;

  private Y4m() {}

  public static void write(Path target, Clip clip) {
    AtomicFile.write(target, out -> write(out, clip));
  }

  private static void write(OutputStream out, Clip clip) throws IOException {
    FrameRate rate = clip.rate();
    String header =
        "YUV4MPEG2 W"
            + clip.width()
            + " H"
            + clip.height()
            + " F"
            + rate.num()
            + ":"
            + rate.den()
            + " Ip A1:1 C444p"
            + BITS
            + " XYSCSS=444P"
            + BITS
            + " XCOLORRANGE=LIMITED\n";
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    int w = clip.width();
    int h = clip.height();
    for (int t = 0; t < clip.frames(); t++) {
      out.write("FRAME\n".getBytes(StandardCharsets.US_ASCII));
      Yuv yuv = Yuv.fromRgb(clip.raw(t), w, h, w, h, false, BITS, YuvMatrix.BT601);
      for (short[] plane : new short[][] {yuv.y(), yuv.u(), yuv.v()}) {
        byte[] bytes = new byte[plane.length * 2];
        for (int i = 0; i < plane.length; i++) {
          bytes[2 * i] = (byte) plane[i];
          bytes[2 * i + 1] = (byte) (plane[i] >> 8);
        }
        out.write(bytes);
      }
    }
  }

  static boolean recognises(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1).startsWith(MAGIC);
  }

  /// @param bytes upper bound for what `stream` holds, to bound the frame count
  static Clip read(InputStream stream, long bytes, Intake intake) throws IOException {
    var in = new DataInputStream(stream);
    Header header = Header.parse(line(in, intake), intake);
    intake.open(header.width, header.height, bytes / header.frameBytes() + 1);
    int t = 0;
    for (; !intake.completeBefore(t); t++) {
      String marker = line(in, intake);
      if (marker == null) {
        break;
      }
      if (!marker.startsWith("FRAME")) {
        throw intake.broken("frame " + t + " does not begin with FRAME; the file is damaged");
      }
      try {
        if (intake.wants(t)) {
          intake.put(t, header.picture(in).toRgb());
        } else {
          in.skipNBytes(header.frameBytes());
        }
      } catch (EOFException _) {
        throw intake.broken("is cut short in frame " + t);
      }
    }
    return intake.finish(header.rate);
  }

  /// One line without its end, or null at the end of the file.
  private static String line(InputStream in, Intake intake) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        if (line.isEmpty()) {
          return null;
        }
        throw intake.broken("is cut short in a header");
      }
      line.append((char) c);
      if (line.length() > MAX_LINE) {
        throw intake.broken("a header line is longer than " + MAX_LINE + " characters");
      }
    }
    return line.toString();
  }

  private record Header(
      int width,
      int height,
      FrameRate rate,
      int shiftX,
      int shiftY,
      int bits,
      boolean mono,
      boolean full,
      boolean left) {

    static Header parse(String line, Intake intake) {
      int width = 0;
      int height = 0;
      FrameRate rate = FrameRate.of(25);
      String chroma = "420jpeg";
      boolean full = false;
      for (String field : line.substring(MAGIC.length()).split(" ")) {
        String value = field.isEmpty() ? "" : field.substring(1);
        switch (field.isEmpty() ? ' ' : field.charAt(0)) {
          case 'W' -> width = number(value, intake);
          case 'H' -> height = number(value, intake);
          case 'F' -> rate = rate(value, intake);
          case 'C' -> chroma = value.toLowerCase(Locale.ROOT);
          case 'I' -> {
            if (!value.equals("p") && !value.equals("?")) {
              throw intake.broken("interlaced y4m is not supported");
            }
          }
          case 'X' -> full |= value.equals("COLORRANGE=FULL");
          default -> {} // aspect ratio, comments
        }
      }
      return of(width, height, rate, chroma, full, intake);
    }

    private static Header of(
        int width, int height, FrameRate rate, String chroma, boolean full, Intake intake) {
      if (width < 1 || height < 1 || width > Intake.MAX_SIDE || height > Intake.MAX_SIDE) {
        throw intake.broken("y4m frame size " + width + "x" + height + " is not usable");
      }
      int p = chroma.indexOf('p', 3);
      boolean deep = p > 0 && p + 1 < chroma.length() && Character.isDigit(chroma.charAt(p + 1));
      boolean mono = chroma.startsWith("mono");
      int bits = deep ? number(chroma.substring(p + 1), intake) : 8;
      if (mono && chroma.length() > 4) {
        bits = number(chroma.substring(4), intake);
      }
      int shiftX = mono || chroma.startsWith("444") ? 0 : 1;
      int shiftY = chroma.startsWith("420") ? 1 : 0;
      boolean known = mono || shiftY == 1 || chroma.startsWith("422") || chroma.startsWith("444");
      if (!known || bits < 8 || bits > 16 || chroma.equals("444alpha")) {
        throw intake.broken("y4m colour format '" + chroma + "' is not supported");
      }
      boolean left = !chroma.equals("420jpeg") && !chroma.equals("420");
      return new Header(width, height, rate, shiftX, shiftY, bits, mono, full, left);
    }

    private static int number(String text, Intake intake) {
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException _) {
        throw intake.broken("y4m header holds '" + text + "' where a number belongs");
      }
    }

    private static FrameRate rate(String text, Intake intake) {
      String[] parts = text.split(":");
      if (parts.length != 2) {
        throw intake.broken("y4m frame rate '" + text + "' is not a fraction");
      }
      int num = number(parts[0], intake);
      int den = number(parts[1], intake);
      return num < 1 || den < 1 ? FrameRate.of(25) : new FrameRate(num, den); // 0:0 is "unknown"
    }

    private int chromaSamples() {
      int cw = (width + (1 << shiftX) - 1) >> shiftX;
      int ch = (height + (1 << shiftY) - 1) >> shiftY;
      return mono ? 0 : cw * ch;
    }

    long frameBytes() {
      return (width * (long) height + 2L * chromaSamples()) * (bits > 8 ? 2 : 1);
    }

    Yuv picture(DataInputStream in) throws IOException {
      short[] y = plane(in, width * height);
      short[] u = mono ? neutral() : plane(in, chromaSamples());
      short[] v = mono ? u : plane(in, chromaSamples());
      YuvMatrix matrix = YuvMatrix.BT601;
      return new Yuv(width, height, shiftX, shiftY, bits, matrix, full, left, y, u, v);
    }

    private short[] neutral() {
      short[] plane = new short[width * height];
      Arrays.fill(plane, (short) (1 << (bits - 1)));
      return plane;
    }

    private short[] plane(DataInputStream in, int samples) throws IOException {
      int each = bits > 8 ? 2 : 1;
      byte[] bytes = new byte[samples * each];
      in.readFully(bytes);
      short[] plane = new short[samples];
      for (int i = 0; i < samples; i++) {
        plane[i] =
            each == 1
                ? (short) (bytes[i] & 0xff)
                : (short) (bytes[2 * i] & 0xff | bytes[2 * i + 1] << 8);
      }
      return plane;
    }
  }
}
