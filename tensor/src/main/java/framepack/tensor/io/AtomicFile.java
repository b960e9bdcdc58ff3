package framepack.tensor.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// The one place where files are written: into a hidden neighbour of the target, forced to the
/// disk, then renamed over it. A reader, or a run resumed after a kill, sees the old file or the
/// new one and never a part. Missing parent folders are made. Every failure is an
/// [OutputException].
public final class AtomicFile {
  private static final AtomicLong COUNTER = new AtomicLong();
  private static final int BUFFER = 1 << 16;

  private AtomicFile() {}

  /// What writes the content.
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /// What fills a folder.
  @FunctionalInterface
  public interface FolderContent {
    void writeTo(Path folder) throws IOException;
  }

  /// Writes `content` to `target`, replacing a file that is there. A device or pipe
  /// (`/dev/stdout`) is written in place, since it cannot be renamed over.
  public static void write(Path target, Content content) {
    Path place = resolved(target);
    if (Files.isDirectory(place)) {
      throw new OutputException("cannot write " + target + ": it is a folder; name a file", null);
    }
    try {
      if (Files.exists(place) && !Files.isRegularFile(place)) {
        writeInPlace(place, content);
      } else {
        writeAndRename(place, content);
      }
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  public static void write(Path target, byte[] content) {
    write(target, out -> out.write(content));
  }

  /// Writes UTF-8.
  public static void write(Path target, String content) {
    write(target, content.getBytes(StandardCharsets.UTF_8));
  }

  /// Fills a new folder and renames it to `target`, which must not exist or be empty.
  public static void writeFolder(Path target, FolderContent content) {
    Path place = resolved(target);
    Path draft = null;
    try {
      if (Files.exists(place) && !isEmptyFolder(place)) {
        throw new DirectoryNotEmptyException(place.toString());
      }
      Files.createDirectories(parent(place));
      draft = Files.createDirectory(neighbour(place));
      content.writeTo(draft);
      Files.deleteIfExists(place);
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(parent(place));
      draft = null;
    } catch (IOException e) {
      throw failure(target, e);
    } finally {
      deleteTree(draft);
    }
  }

  /// Refuses before anything is written if `bytes` do not fit beside what is there.
  public static void requireSpace(Path target, long bytes) {
    Path folder = parent(resolved(target));
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < bytes) {
        throw new OutputException(
            "cannot write %s: it needs %d MiB, %s has %d free; free some space or name another place"
                .formatted(target, bytes >> 20, folder, free >> 20),
            null);
      }
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  private static void writeInPlace(Path place, Content content) throws IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(place), BUFFER)) {
      content.writeTo(out);
    }
  }

  private static void writeAndRename(Path place, Content content) throws IOException {
    Files.createDirectories(parent(place));
    Path draft = neighbour(place);
    try {
      try (var channel =
              FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          var out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      rename(draft, place);
      forceFolder(parent(place));
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void rename(Path draft, Path place) throws IOException {
    try {
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException _) {
      // Some network file systems: a plain rename of a complete, forced file is the best there is.
      Files.move(draft, place, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// Makes the rename itself durable. Windows cannot open a folder; there it is a no-op.
  private static void forceFolder(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // The content is already forced; losing the rename in a power cut leaves the old file.
    }
  }

  /// A link is followed, so that writing through it replaces what it points at.
  private static Path resolved(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    try {
      return Files.isSymbolicLink(absolute) ? absolute.toRealPath() : absolute;
    } catch (IOException _) {
      return absolute;
    }
  }

  private static Path parent(Path place) {
    Path parent = place.getParent();
    return parent == null ? place : parent;
  }

  private static Path neighbour(Path place) {
    long pid = ProcessHandle.current().pid();
    String name = ".framepack-" + pid + "-" + COUNTER.incrementAndGet() + ".part";
    return place.resolveSibling(name);
  }

  private static boolean isEmptyFolder(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      throw new NotDirectoryException(place.toString());
    }
    try (Stream<Path> inside = Files.list(place)) {
      return inside.findAny().isEmpty();
    }
  }

  private static void deleteTree(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException _) {
      // The failure that brought us here is the one to report.
    }
  }

  private static OutputException failure(Path target, IOException e) {
    return new OutputException("cannot write " + target + ": " + reason(target, e), e);
  }

  private static String reason(Path target, IOException e) {
    Path folder = parent(target.toAbsolutePath());
    String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    String said = text == null ? "" : text.toLowerCase(Locale.ROOT);
    if (said.contains("no space left") || said.contains("quota")) {
      return "the disk is full" + space(folder) + "; free some space or name another place";
    }
    if (said.contains("read-only")) {
      return "the file system of " + folder + " is read-only; name another place";
    }
    return switch (e) {
      case AccessDeniedException _ ->
          "no permission to write in " + folder + "; name another place";
      case DirectoryNotEmptyException _ -> "the folder is not empty; name a new one";
      case NotDirectoryException _ -> "it is a file, a folder was expected";
      case FileAlreadyExistsException f -> f.getFile() + " is a file, not a folder";
      default -> text == null ? e.toString() : text.lines().findFirst().orElse(e.toString());
    };
  }

  private static String space(Path folder) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      return " (%d MiB free in %s)".formatted(free >> 20, folder);
    } catch (IOException _) {
      return "";
    }
  }
}
