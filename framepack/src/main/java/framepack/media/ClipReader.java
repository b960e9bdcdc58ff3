package framepack.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Reads a video or image, judged by its content and not by its name: mp4 and mov (H.264), y4m,
/// PNG, APNG, JPEG, GIF, or a folder of PNG and JPEG images in the order of their names.
///
/// Files may be damaged or made to do harm: every failure is a [MediaException] with one line, and
/// neither time nor memory grows beyond what the file's own size justifies.
public final class ClipReader {
  private static final int HEAD = 16;
  private static final long MAX_IMAGE_FILE = 512L << 20;
  private static final String BUNDLED = "/framepack/clips/";

  private ClipReader() {}

  /// Every frame of `path`.
  public static Clip read(Path path) {
    return read(path, Wanted.everything());
  }

  /// The first `maxFrames` frames of `path`.
  public static Clip read(Path path, int maxFrames) {
    return read(path, Wanted.everything().first(maxFrames));
  }

  public static Clip read(Path path, Wanted wanted) {
    String name = path.toString();
    try {
      if (Files.isDirectory(path)) {
        return readFolder(path, wanted);
      }
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw MediaException.notAccepted(name, "is not a regular file");
      }
      try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
        return read(file, new Intake(name, wanted));
      }
    } catch (NoSuchFileException _) {
      throw MediaException.notAccepted(name, "does not exist");
    } catch (AccessDeniedException _) {
      throw MediaException.broken(name, "may not be read: permission denied");
    } catch (IOException e) {
      throw MediaException.broken(name, "cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /// The clip that comes with the program: a hand turns a cup, 217 frames of 640x480.
  public static Clip bundled(Wanted wanted) {
    String name = BUNDLED + "cup.mp4";
    try (var in = ClipReader.class.getResourceAsStream(name)) {
      if (in == null) {
        throw MediaException.broken(name, "is missing from the program's own files");
      }
      Path copy = Files.createTempFile("framepack-cup", ".mp4");
      try {
        Files.write(copy, in.readAllBytes());
        return read(copy, wanted);
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw MediaException.broken(name, "cannot be unpacked (" + e.getMessage() + ")", e);
    }
  }

  private static Clip read(FileChannel file, Intake intake) throws IOException {
    if (file.size() == 0) {
      throw MediaException.notAccepted(intake.name(), "is empty");
    }
    var in = new BufferedInputStream(Channels.newInputStream(file), 1 << 16);
    in.mark(HEAD);
    byte[] head = in.readNBytes(HEAD);
    in.reset();
    if (Y4m.recognises(head)) {
      return Y4m.read(in, file.size(), intake);
    }
    if (Mp4Reader.recognises(head)) {
      return Mp4Reader.read(file, intake);
    }
    boolean png = PngChunks.recognises(head);
    boolean gif = GifReader.recognises(head);
    if (!png && !gif && !StillReader.recognises(head)) {
      throw MediaException.notAccepted(
          intake.name(), "is not a video or image (" + kind(head) + ")");
    }
    if (file.size() > MAX_IMAGE_FILE) {
      throw intake.broken("is larger than " + (MAX_IMAGE_FILE >> 20) + " MiB");
    }
    byte[] all = in.readAllBytes();
    return png
        ? PngReader.read(all, intake)
        : gif ? GifReader.read(all, intake) : StillReader.read(all, intake);
  }

  private static String kind(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("RIFF")) {
      return "it is a RIFF file such as AVI or WebP; convert it with FFmpeg";
    }
    if (text.startsWith("\u001aE\u00df\u00a3")) {
      return "it is Matroska or WebM; convert it with FFmpeg";
    }
    boolean printable = text.chars().allMatch(c -> c >= 32 && c < 127 || c == '\n' || c == '\t');
    return printable ? "it begins like text" : "its first bytes are of no known kind";
  }

  private static Clip readFolder(Path folder, Wanted wanted) throws IOException {
    var intake = new Intake(folder.toString(), wanted);
    List<Path> images;
    try (Stream<Path> inside = Files.list(folder)) {
      images = inside.filter(ClipReader::isImage).sorted().toList();
    }
    if (images.isEmpty()) {
      throw MediaException.notAccepted(folder.toString(), "is a folder without PNG or JPEG images");
    }
    int width = 0;
    int height = 0;
    for (int t = 0; t < images.size() && !intake.completeBefore(t); t++) {
      if (!intake.wants(t)) {
        continue;
      }
      Clip image = read(images.get(t), 1);
      if (t == 0) {
        width = image.width();
        height = image.height();
        intake.open(width, height, images.size());
      } else if (image.width() != width || image.height() != height) {
        throw intake.broken(
            "%s is %dx%d and the first image %dx%d; all must have one size"
                .formatted(
                    images.get(t).getFileName(), image.width(), image.height(), width, height));
      }
      intake.put(t, image.raw(0));
    }
    return intake.finish(FrameRate.of(25));
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }
}
