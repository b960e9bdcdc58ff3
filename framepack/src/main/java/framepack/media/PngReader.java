package framepack.media;

import framepack.media.BitSource.Damaged;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Reads PNG (a clip of one frame) and APNG with all its ways to dispose and blend. A clip has one
/// frame rate: the mean of the frames' delays.
final class PngReader {
  private static final byte DISPOSE_BACKGROUND = 1;
  private static final byte DISPOSE_PREVIOUS = 2;

  private final Intake intake;
  private PngPixels pixels;
  private Canvas canvas;
  private Canvas.Area whole;
  private int announced; // frames of an APNG, 0 for a still
  private Control control;
  private ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int frames;
  private double seconds;

  private record Control(
      Canvas.Area area, int delayNum, int delayDen, byte dispose, boolean over) {}

  private PngReader(Intake intake) {
    this.intake = intake;
  }

  static Clip read(byte[] file, Intake intake) {
    try {
      return new PngReader(intake).run(new PngChunks(file));
    } catch (Damaged e) {
      throw intake.broken(e.getMessage());
    }
  }

  private Clip run(PngChunks chunks) {
    header(chunks.next());
    PngChunks.Chunk chunk = chunks.next();
    while (!chunk.type().equals("IEND") && !intake.completeBefore(frames)) {
      take(chunk);
      chunk = chunks.next();
    }
    if (data.size() > 0 && !intake.completeBefore(frames)) {
      frame();
    }
    if (announced > 0 && frames < announced && !intake.completeBefore(frames)) {
      throw new Damaged("claims " + announced + " frames and holds " + frames);
    }
    boolean timed = announced > 0 && seconds > 0;
    FrameRate rate =
        timed
            ? FrameRate.approximate(frames * 1_000_000L, Math.round(seconds * 1_000_000))
            : FrameRate.of(25);
    return intake.finish(exact(rate));
  }

  /// Where all delays are equal, their own fraction, which the mean may miss by rounding.
  private FrameRate exact(FrameRate mean) {
    if (control == null || control.delayNum == 0) {
      return mean;
    }
    var own = FrameRate.approximate(control.delayDen, control.delayNum);
    return Math.abs(own.fps() / mean.fps() - 1) < 1e-4 ? own : mean;
  }

  private void header(PngChunks.Chunk chunk) {
    ByteBuffer body = chunk.body();
    if (!chunk.type().equals("IHDR") || body.remaining() != 13) {
      throw new Damaged("is not a valid PNG: its header is not where it belongs");
    }
    int width = body.getInt();
    int height = body.getInt();
    pixels = new PngPixels(body);
    intake.open(width, height, 1);
    canvas = new Canvas(width, height);
    whole = new Canvas.Area(0, 0, width, height);
  }

  private void take(PngChunks.Chunk chunk) {
    ByteBuffer body = chunk.body();
    switch (chunk.type()) {
      case "PLTE" -> pixels.palette(body);
      case "tRNS" -> pixels.transparency(body);
      case "acTL" -> {
        announced = body.remaining() < 8 ? 0 : Math.max(0, body.getInt());
        intake.open(whole.width(), whole.height(), Math.max(1, announced));
      }
      case "fcTL" -> {
        if (data.size() > 0 && (control != null || announced == 0)) {
          frame();
        }
        data = new ByteArrayOutputStream(); // a default image that is not part of the animation
        control = control(body);
      }
      case "IDAT" -> append(body, 0);
      case "fdAT" -> append(body, 4);
      default -> {} // text, colour profiles
    }
  }

  private void append(ByteBuffer body, int skip) {
    if (body.remaining() < skip) {
      throw new Damaged("is damaged: a frame chunk is too short");
    }
    byte[] bytes = new byte[body.remaining() - skip];
    body.get(body.position() + skip, bytes);
    data.writeBytes(bytes);
  }

  private Control control(ByteBuffer body) {
    if (body.remaining() != 26) {
      throw new Damaged("is damaged: a frame header has the wrong length");
    }
    body.getInt(); // sequence number
    int width = body.getInt();
    int height = body.getInt();
    var area = new Canvas.Area(body.getInt(), body.getInt(), width, height);
    if (!canvas.contains(area)) {
      throw new Damaged("is damaged: a frame lies outside the picture");
    }
    int num = body.getShort() & 0xffff;
    int den = body.getShort() & 0xffff;
    return new Control(area, num, den == 0 ? 100 : den, body.get(), body.get() == 1);
  }

  private void frame() {
    Control c = control == null ? new Control(whole, 0, 1, (byte) 0, false) : control;
    byte[] decoded = pixels.decode(data, c.area.width(), c.area.height());
    byte[] before = c.dispose == DISPOSE_PREVIOUS ? canvas.copy() : null;
    canvas.paint(decoded, c.area, c.over);
    if (intake.wants(frames)) {
      intake.put(frames, canvas.rgb());
    }
    if (c.dispose == DISPOSE_BACKGROUND) {
      canvas.clear(c.area);
    } else if (before != null) {
      canvas.restore(before);
    }
    frames++;
    seconds += (double) c.delayNum / c.delayDen;
    data = new ByteArrayOutputStream();
  }
}
