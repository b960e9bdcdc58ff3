package framepack.tests.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import framepack.tensor.io.AtomicFile;
import framepack.tensor.io.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole or not at all, and one line that says why not.
class AtomicFileTest {
  @TempDir Path folder;

  private List<String> names(Path where) throws IOException {
    try (Stream<Path> inside = Files.list(where)) {
      return inside.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static String refusal(Path target) {
    var error = assertThrows(OutputException.class, () -> AtomicFile.write(target, "new"));
    assertTrue(error.getMessage().startsWith("cannot write " + target + ": "), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
    return error.getMessage();
  }

  @Test
  void a_file_is_written_replaced_and_alone_in_its_new_folder() throws IOException {
    Path target = folder.resolve("made/on/the/way/report.txt");
    AtomicFile.write(target, "old");
    AtomicFile.write(target, "new, ü");
    assertEquals("new, ü", Files.readString(target));
    assertEquals(List.of("report.txt"), names(target.getParent()));
  }

  @Test
  void a_writer_that_fails_half_way_leaves_the_old_file() throws IOException {
    Path target = folder.resolve("state");
    AtomicFile.write(target, "old");
    assertThrows(
        OutputException.class,
        () ->
            AtomicFile.write(
                target,
                out -> {
                  out.write(new byte[1 << 20]);
                  throw new IOException("the model ran away");
                }));
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                target,
                _ -> {
                  throw new IllegalStateException("a bug");
                }));
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("state"), names(folder));
  }

  @Test
  void a_full_disk_is_called_full() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no such device here");
    String message = refusal(full);
    assertTrue(message.contains("the disk is full"), message);
  }

  @Test
  void a_folder_is_no_file_and_a_file_no_folder() throws IOException {
    assertTrue(refusal(folder).contains("it is a folder"));
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertTrue(refusal(file.resolve("below")).contains("not a folder"));
  }

  @Test
  void a_forbidden_folder_says_so() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    assumeTrue(Files.getFileStore(closed).supportsFileAttributeView("posix"), "no permissions");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeTrue(!Files.isWritable(closed), "this user may write everywhere");
    assertTrue(refusal(closed.resolve("a")).contains("no permission"));
  }

  @Test
  void writing_through_a_link_keeps_the_link() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    AtomicFile.write(link, "new");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(real));
  }

  @Test
  void a_folder_appears_whole_or_not_at_all() throws IOException {
    Path target = folder.resolve("frames");
    assertThrows(
        OutputException.class,
        () ->
            AtomicFile.writeFolder(
                target,
                draft -> {
                  Files.writeString(draft.resolve("0"), "x");
                  throw new IOException("no more");
                }));
    assertEquals(List.of(), names(folder));
    AtomicFile.writeFolder(target, draft -> Files.writeString(draft.resolve("0"), "x"));
    assertEquals(List.of("0"), names(target));
    var error = assertThrows(OutputException.class, () -> AtomicFile.writeFolder(target, _ -> {}));
    assertTrue(error.getMessage().contains("not empty"), error.getMessage());
  }
}
