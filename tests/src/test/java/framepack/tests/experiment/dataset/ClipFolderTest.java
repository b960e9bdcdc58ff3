package framepack.tests.experiment.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.ClipFolder;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.VideoBank;
import framepack.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipFolderTest {
  @TempDir Path root;

  @Test
  void clips_and_images_become_videos_whose_latents_are_kept_by_content() throws IOException {
    Path folder = TestFolder.of(root, 9);
    ClipFolder clips = ClipFolder.of(folder);
    Path cache = root.resolve("cache");
    VideoBank bank = clips.bank(1, cache);
    assertEquals(1, bank.test().size(), "a fifth of five files");
    assertEquals(9, bank.longest());
    assertEquals(64, bank.test().getFirst().latents().frames(), "the image is panned over");
    Frames taken = bank.take(Philox.of(1), 7).frames();
    assertEquals(16, taken.channels());
    assertEquals(8, taken.rows());
    try (Stream<Path> kept = Files.list(cache)) {
      assertEquals(1, kept.count());
    }
    Files.delete(folder.resolve("clip0.y4m"));
    VideoBank again = clips.bank(1, cache);
    assertEquals(bank.test().getFirst().latents(), again.test().getFirst().latents());
    assertEquals(taken, again.take(Philox.of(1), 7).frames());
  }

  @Test
  void content_follows_from_the_bytes_of_the_files() throws IOException {
    Path folder = TestFolder.of(root, 3);
    String before = ClipFolder.of(folder).content();
    assertEquals(before, ClipFolder.of(folder).content());
    Files.move(folder.resolve("clip0.y4m"), folder.resolve("clap0.y4m"));
    assertEquals(before, ClipFolder.of(folder).content());
    byte[] bytes = Files.readAllBytes(folder.resolve("clip1.y4m"));
    bytes[bytes.length - 1] ^= 1;
    Files.write(folder.resolve("clip1.y4m"), bytes);
    assertNotEquals(before, ClipFolder.of(folder).content());
  }

  @Test
  void one_in_so_many_frames_is_another_file_of_the_cache() throws IOException {
    ClipFolder clips = ClipFolder.of(TestFolder.of(root, 9));
    assertEquals(3, clips.bank(3, root.resolve("cache")).longest());
    assertEquals(9, clips.bank(1, root.resolve("cache")).longest());
    List<Path> kept;
    try (Stream<Path> files = Files.list(root.resolve("cache"))) {
      kept = files.toList();
    }
    assertEquals(2, kept.size());
  }

  @Test
  void a_folder_that_is_not_there_or_too_small_is_named() throws IOException {
    Path none = root.resolve("none");
    assertTrue(
        assertThrows(DatasetError.class, () -> ClipFolder.of(none)).getMessage().contains("none"));
    Path one = Files.createDirectories(root.resolve("one"));
    Files.writeString(one.resolve("only.txt"), "x");
    assertTrue(
        assertThrows(DatasetError.class, () -> ClipFolder.of(one))
            .getMessage()
            .contains("holds 1 files"));
  }
}
