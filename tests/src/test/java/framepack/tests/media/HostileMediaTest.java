package framepack.tests.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import framepack.media.Clip;
import framepack.media.ClipReader;
import framepack.media.FrameRate;
import framepack.media.MediaException;
import framepack.media.Mp4Writer;
import framepack.media.PngWriter;
import framepack.media.Wanted;
import framepack.media.Y4m;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are broken, cut, made up or hostile: one line, soon, and no memory.
class HostileMediaTest {
  private static final Wanted FEW = Wanted.everything().first(9);

  @TempDir Path folder;

  private static byte[] cup() throws IOException {
    try (var in = ClipReader.class.getResourceAsStream("/framepack/clips/cup.mp4")) {
      return in.readAllBytes();
    }
  }

  private static byte[] ordered() throws IOException {
    try (var in = HostileMediaTest.class.getResourceAsStream("ordered.mp4")) {
      return in.readAllBytes();
    }
  }

  private String refusal(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, content);
    return refusal(file);
  }

  private static String refusal(Path file) {
    var error =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> assertThrows(MediaException.class, () -> ClipReader.read(file)));
    String message = error.getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.length() < 400, message);
    return message;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 27, 28, 40, 5_000, 25_296, 25_310, 100_000, 800_000, 1_575_950})
  void cut_mp4_is_refused(int length) throws IOException {
    String message = refusal("cut.mp4", Arrays.copyOf(cup(), length));
    assertTrue(message.contains("cut short") || length < 8, message);
  }

  @Test
  void cut_mp4_says_which_frame_is_missing() throws IOException {
    String message = refusal("cut.mp4", Arrays.copyOf(cup(), 800_000));
    assertTrue(message.matches(".*frame \\d+ of 217 ends at byte \\d+, the file at byte 800000"));
  }

  @Test
  void text_with_the_name_of_a_video_is_called_text() throws IOException {
    byte[] text = "To whom it may concern: this is not a film.".getBytes(StandardCharsets.UTF_8);
    String message = refusal("letter.mp4", text);
    assertTrue(message.contains("begins like text"), message);
    assertTrue(message.contains("accepted: mp4"), message);
  }

  @Test
  void random_bytes_are_refused() throws IOException {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    refusal("noise.mp4", bytes);
    ByteBuffer.wrap(bytes).putInt(24).put("ftyp".getBytes(StandardCharsets.US_ASCII));
    refusal("noise-with-a-head.mp4", bytes);
  }

  @Test
  void empty_missing_and_wrong_kinds_of_place_are_named() throws IOException {
    assertTrue(refusal("empty.mp4", new byte[0]).contains("is empty"));
    assertTrue(refusal(folder.resolve("nowhere.mp4")).contains("does not exist"));
    Path inside = Files.createDirectory(folder.resolve("films"));
    assertTrue(refusal(inside).contains("folder without PNG or JPEG"));
  }

  @Test
  void a_device_is_not_read() {
    Path device = Path.of("/dev/zero");
    assumeTrue(Files.exists(device), "no such device here");
    assertTrue(refusal(device).contains("not a regular file"));
  }

  @Test
  void a_file_that_may_not_be_read_says_so() throws IOException {
    Path file = folder.resolve("secret.mp4");
    Files.write(file, cup());
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"), "no permissions here");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(file), "this user may read everything");
    assertTrue(refusal(file).contains("permission denied"));
  }

  @Test
  void line_ends_in_a_name_stay_in_one_line() {
    Path file = folder.resolve("two\nlines\u001b[31m.mp4");
    var error = assertThrows(MediaException.class, () -> ClipReader.read(file));
    assertEquals(1, error.getMessage().lines().count());
    assertFalse(error.getMessage().contains("\u001b"));
  }

  @Test
  void other_codecs_and_containers_say_how_to_convert() throws IOException {
    byte[] cup = cup();
    String bytes = new String(cup, StandardCharsets.ISO_8859_1);
    cup[bytes.indexOf("avc1", 100)] = 'h';
    assertTrue(refusal("hevc.mp4", cup).contains("ffmpeg -i IN -c:v libx264"));
    byte[] riff = "RIFF....AVI LIST........".getBytes(StandardCharsets.US_ASCII);
    assertTrue(refusal("old.avi", riff).contains("AVI"));
  }

  /// Each seed flips some bytes; whatever happens must be a clip or one line.
  @Test
  void damaged_mp4_never_hangs_and_never_fails_otherwise() throws IOException {
    Clip clip = TestClips.noise(3, 48, 32, FrameRate.of(24), 9);
    byte[] baseline = Mp4Writer.encode(clip, "");
    byte[] ordered = ordered();
    byte[] high = cup();
    for (int seed = 0; seed < 60; seed++) {
      damage("baseline.mp4", baseline, seed, baseline.length);
      damage("ordered.mp4", ordered, seed, ordered.length);
      if (seed % 4 == 0) { // large frames, slow to decode
        damage("high.mp4", high, seed, 60_000);
      }
    }
  }

  /// Among the first 1200 seeds, those that make JCodec's arithmetic decoder count for ever.
  @ParameterizedTest
  @ValueSource(ints = {182, 695})
  void damage_that_keeps_jcodec_counting_is_stopped(int seed) throws IOException {
    byte[] ordered = ordered();
    damage("ordered.mp4", ordered, seed, ordered.length);
  }

  @Test
  void a_slice_that_begins_with_a_forbidden_value_is_refused() throws IOException {
    byte[] file = ordered();
    int sliceData = 755; // of the first slice, behind its header
    file[sliceData] = (byte) 0xff;
    file[sliceData + 1] = (byte) 0xff;
    assertTrue(refusal("forbidden.mp4", file).contains("forbidden value"));
  }

  /// A length of zero means "to the end of the file".
  @Test
  void an_index_may_reach_to_the_end_of_the_file() throws IOException {
    byte[] file = ordered();
    int index = new String(file, StandardCharsets.ISO_8859_1).indexOf("moov");
    Arrays.fill(file, index - 4, index, (byte) 0);
    Path path = folder.resolve("open.mp4");
    Files.write(path, file);
    assertEquals(9, ClipReader.read(path).frames());
  }

  /// What a well-meaning fuzzer rarely finds: a coded frame that is one run of ones or of zeros.
  @ParameterizedTest
  @ValueSource(ints = {0x00, 0xff, 0x80, 0x55})
  void a_frame_of_one_value_never_hangs(int value) throws IOException {
    byte[] file = cup();
    Arrays.fill(file, 25_313 + 60, 200_000, (byte) value);
    Path path = folder.resolve("flat.mp4");
    Files.write(path, file);
    attempt(path, "value " + value);
  }

  private void damage(String name, byte[] sound, int seed, int reach) throws IOException {
    byte[] file = sound.clone();
    var random = new Random(seed);
    for (int i = 0; i < 1 + seed % 8; i++) {
      file[random.nextInt(reach)] = (byte) random.nextInt(256);
    }
    Path path = folder.resolve(name);
    Files.write(path, file);
    attempt(path, "seed " + seed);
  }

  private static void attempt(Path path, String which) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          try {
            ClipReader.read(path, FEW);
          } catch (MediaException e) {
            assertEquals(1, e.getMessage().lines().count(), which);
          }
        },
        path + " " + which);
  }

  @Test
  void png_is_checked_by_its_checksums_and_its_length() throws IOException {
    Clip clip = TestClips.noise(3, 20, 10, FrameRate.of(24), 3);
    byte[] sound = PngWriter.encodeAnimated(clip, "");
    byte[] flipped = sound.clone();
    flipped[200] ^= 1;
    assertTrue(refusal("flipped.png", flipped).contains("checksum"));
    assertTrue(refusal("cut.png", Arrays.copyOf(sound, sound.length - 30)).contains("cut short"));
  }

  @Test
  void huge_claims_are_refused_before_memory_is_taken() throws IOException {
    byte[] y4m = "YUV4MPEG2 W8000 H8000 F25:1 C444\nFRAME\n".getBytes(StandardCharsets.US_ASCII);
    assertTrue(refusal("huge.y4m", y4m).contains("cut short in frame 0"));
    byte[] gif = "GIF89a\u00ff\u00ff\u00ff\u00ff.......".getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(refusal("huge.gif", gif).contains("65535x65535"));
    Clip clip = TestClips.noise(1, 4, 4, FrameRate.of(24), 3);
    assertTrue(
        assertThrows(
                MediaException.class,
                () -> {
                  Path file = folder.resolve("a.y4m");
                  Y4m.write(file, clip);
                  ClipReader.read(file, Wanted.everything().sized(8192, 8192).first(1 << 20));
                  ClipReader.read(file, Wanted.everything().sized(200_000, 200_000));
                })
            .getMessage()
            .contains("heap"));
  }

  @Test
  void cut_y4m_gif_and_jpeg_are_refused() throws IOException {
    Path file = folder.resolve("a.y4m");
    Y4m.write(file, TestClips.noise(3, 20, 10, FrameRate.of(24), 3));
    byte[] y4m = Files.readAllBytes(file);
    assertTrue(refusal("cut.y4m", Arrays.copyOf(y4m, 2000)).contains("cut short in frame 1"));
    for (String kind : new String[] {"gif", "jpeg"}) {
      var out = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), kind, out);
      byte[] bytes = out.toByteArray();
      refusal("cut." + kind, Arrays.copyOf(bytes, bytes.length - bytes.length / 4));
    }
  }
}
