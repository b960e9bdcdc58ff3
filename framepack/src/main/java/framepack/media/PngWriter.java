package framepack.media;

import framepack.tensor.io.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// PNG and animated PNG, 8-bit RGB, bit exact. An APNG plays in every browser; programs that do
/// not know it show its first frame. Source: W3C PNG, third edition (2025).
public final class PngWriter {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final String KEYWORD = "framepack";

  private PngWriter() {}

  /// Frame `t` as a still image.
  ///
  /// @param metadata JSON kept in an iTXt chunk named `framepack`; empty for none
  public static void write(Path target, Clip clip, int t, String metadata) {
    AtomicFile.write(target, encode(clip.raw(t), clip.width(), clip.height(), metadata));
  }

  /// Every frame as `frame_00000.png`, ... in a new folder.
  public static void writeFolder(Path folder, Clip clip, String metadata) {
    AtomicFile.writeFolder(
        folder,
        draft -> {
          for (int t = 0; t < clip.frames(); t++) {
            byte[] image = encode(clip.raw(t), clip.width(), clip.height(), metadata);
            Files.write(draft.resolve(String.format(Locale.ROOT, "frame_%05d.png", t)), image);
          }
        });
  }

  /// The whole clip as one animated PNG that loops for ever.
  public static void writeAnimated(Path target, Clip clip, String metadata) {
    AtomicFile.write(target, out -> animate(out, clip, metadata));
  }

  /// The bytes that [#writeAnimated(Path, Clip, String)] would write.
  public static byte[] encodeAnimated(Clip clip, String metadata) {
    return toBytes(out -> animate(out, clip, metadata));
  }

  /// A still image of interleaved RGB `[height, width, 3]`.
  public static byte[] encode(byte[] rgb, int width, int height, String metadata) {
    return toBytes(out -> {
      out.write(SIGNATURE);
      header(out, width, height);
      text(out, metadata);
      chunk(out, "IDAT", compressed(rgb, width, height));
      chunk(out, "IEND", new byte[0]);
    });
  }

  private static byte[] toBytes(AtomicFile.Content content) {
    var out = new ByteArrayOutputStream();
    try {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
    return out.toByteArray();
  }

  private static void animate(OutputStream out, Clip clip, String metadata) throws IOException {
    int w = clip.width();
    int h = clip.height();
    out.write(SIGNATURE);
    header(out, w, h);
    chunk(out, "acTL", ByteBuffer.allocate(8).putInt(clip.frames()).putInt(0).array());
    text(out, metadata);
    int sequence = 0;
    for (int t = 0; t < clip.frames(); t++) {
      chunk(out, "fcTL", control(sequence++, clip));
      byte[] data = compressed(clip.raw(t), w, h);
      if (t == 0) {
        chunk(out, "IDAT", data);
      } else {
        var numbered = ByteBuffer.allocate(data.length + 4).putInt(sequence++).put(data);
        chunk(out, "fdAT", numbered.array());
      }
    }
    chunk(out, "IEND", new byte[0]);
  }

  private static void header(OutputStream out, int width, int height) throws IOException {
    byte depth = 8;
    byte rgb = 2;
    var body = ByteBuffer.allocate(13).putInt(width).putInt(height).put(depth).put(rgb);
    chunk(out, "IHDR", body.array());
  }

  /// Whole frame at the origin, neither blended nor disposed; delay in fractions of 16 bits.
  private static byte[] control(int sequence, Clip clip) {
    int num = clip.rate().den();
    int den = clip.rate().num();
    while (num > 0xffff || den > 0xffff) {
      num = Math.max(1, (num + 1) >> 1);
      den = Math.max(1, (den + 1) >> 1);
    }
    var body = ByteBuffer.allocate(26).putInt(sequence).putInt(clip.width());
    body.putInt(clip.height()).putInt(0).putInt(0).putShort((short) num).putShort((short) den);
    return body.array();
  }

  private static void text(OutputStream out, String metadata) throws IOException {
    if (metadata.isEmpty()) {
      return;
    }
    var body = new ByteArrayOutputStream();
    body.write(KEYWORD.getBytes(StandardCharsets.ISO_8859_1));
    body.write(
        new byte[5]); // end of keyword, not compressed, no method, no language, no translation
    body.write(metadata.getBytes(StandardCharsets.UTF_8));
    chunk(out, "iTXt", body.toByteArray());
  }

  private static void chunk(OutputStream out, String type, byte[] body) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(body);
    out.write(ByteBuffer.allocate(4).putInt(body.length).array());
    out.write(name);
    out.write(body);
    out.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  private static byte[] compressed(byte[] rgb, int width, int height) {
    byte[] rows = filtered(rgb, width * 3, height);
    var deflater = new Deflater(6);
    try {
      deflater.setInput(rows);
      deflater.finish();
      var out = new ByteArrayOutputStream(rows.length / 2 + 64);
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /// Each row behind the number of the filter whose differences are smallest in sum, the usual
  /// rule of thumb for photographs.
  private static byte[] filtered(byte[] rgb, int stride, int height) {
    byte[] out = new byte[(stride + 1) * height];
    byte[] trial = new byte[stride];
    for (int y = 0; y < height; y++) {
      long best = Long.MAX_VALUE;
      for (int filter = 0; filter < 5; filter++) {
        long cost = filter(rgb, y, stride, filter, trial);
        if (cost < best) {
          best = cost;
          out[y * (stride + 1)] = (byte) filter;
          System.arraycopy(trial, 0, out, y * (stride + 1) + 1, stride);
        }
      }
    }
    return out;
  }

  private static long filter(byte[] rgb, int y, int stride, int filter, byte[] out) {
    long cost = 0;
    int row = y * stride;
    for (int x = 0; x < stride; x++) {
      int left = x < 3 ? 0 : rgb[row + x - 3] & 0xff;
      int up = y == 0 ? 0 : rgb[row + x - stride] & 0xff;
      int corner = x < 3 || y == 0 ? 0 : rgb[row + x - stride - 3] & 0xff;
      out[x] = (byte) (rgb[row + x] - PngFilter.predict(filter, left, up, corner));
      cost += Math.abs(out[x]);
    }
    return cost;
  }
}
