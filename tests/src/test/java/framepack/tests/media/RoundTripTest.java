package framepack.tests.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.media.Clip;
import framepack.media.ClipReader;
import framepack.media.FrameRate;
import framepack.media.Mp4Writer;
import framepack.media.PngWriter;
import framepack.media.Wanted;
import framepack.media.Y4m;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is written is read again: y4m and PNG to the last bit, mp4 as well as one can see.
class RoundTripTest {
  private static final String METADATA = "{\"seed\":7,\"prompt\":\"a cup, turné\"}";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"5, 64, 48", "1, 1, 1", "3, 17, 9"})
  void y4m_gives_back_every_byte(int frames, int width, int height) {
    Clip clip = TestClips.noise(frames, width, height, new FrameRate(30000, 1001), 1);
    Path file = folder.resolve("a.y4m");
    Y4m.write(file, clip);
    assertTrue(TestClips.same(clip, ClipReader.read(file)));
  }

  /// Blue-difference 128 and 192 side by side: between them chroma is interpolated from where the
  /// header says it sits, 64 apart by 255/224 x 1.772.
  @ParameterizedTest
  @CsvSource({"420mpeg2, 128, 193, 255, 255", "420jpeg, 128, 161, 226, 255"})
  void chroma_is_taken_from_where_it_sits(String format, int x0, int x1, int x2, int x3)
      throws IOException {
    Path file = folder.resolve("chroma.y4m");
    byte[] head =
        ("YUV4MPEG2 W4 H2 F25:1 C" + format + "\nFRAME\n").getBytes(StandardCharsets.US_ASCII);
    byte mid = (byte) 128;
    byte grey = 126; // luma of level 128
    byte[] planes = {grey, grey, grey, grey, grey, grey, grey, grey, mid, (byte) 192, mid, mid};
    Files.write(file, head);
    Files.write(file, planes, StandardOpenOption.APPEND);
    Clip clip = ClipReader.read(file);
    int[] blue = {x0, x1, x2, x3};
    for (int x = 0; x < 4; x++) {
      assertEquals(blue[x], clip.sample(0, 1, x, 2), 1, "column " + x);
    }
  }

  /// 10 bits are enough, proved by trying: all 2^24 colours, 2^20 a frame.
  @Test
  void y4m_gives_back_every_colour_there_is() {
    List<byte[]> frames = new ArrayList<>();
    for (int t = 0; t < 16; t++) {
      byte[] frame = new byte[1024 * 1024 * 3];
      for (int i = 0; i < 1 << 20; i++) {
        int colour = t << 20 | i;
        frame[3 * i] = (byte) (colour >> 16);
        frame[3 * i + 1] = (byte) (colour >> 8);
        frame[3 * i + 2] = (byte) colour;
      }
      frames.add(frame);
    }
    Clip clip = Clip.of(1024, 1024, FrameRate.of(24), frames);
    Path file = folder.resolve("all.y4m");
    Y4m.write(file, clip);
    assertTrue(TestClips.same(clip, ClipReader.read(file)));
  }

  @ParameterizedTest
  @CsvSource({"4, 40, 30", "1, 3, 2", "2, 1, 5"})
  void animated_png_gives_back_every_byte(int frames, int width, int height) {
    Clip clip = TestClips.noise(frames, width, height, new FrameRate(26777, 1000), 2);
    Path file = folder.resolve("a.png");
    PngWriter.writeAnimated(file, clip, METADATA);
    assertTrue(TestClips.same(clip, ClipReader.read(file)));
  }

  @Test
  void first_frame_of_an_animated_png_is_what_other_programs_see() throws IOException {
    Clip clip = TestClips.noise(3, 8, 6, FrameRate.of(24), 4);
    var image = ImageIO.read(new ByteArrayInputStream(PngWriter.encodeAnimated(clip, METADATA)));
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 8; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          rgb = rgb << 8 | clip.sample(0, y, x, c);
        }
        assertEquals(rgb, image.getRGB(x, y) & 0xffffff);
      }
    }
  }

  @Test
  void metadata_lies_in_the_file_as_utf8() {
    Clip clip = TestClips.smooth(2, 16, 16);
    for (byte[] file :
        List.of(PngWriter.encodeAnimated(clip, METADATA), Mp4Writer.encode(clip, METADATA))) {
      String bytes = new String(file, StandardCharsets.ISO_8859_1);
      String text =
          new String(METADATA.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      assertTrue(bytes.contains(text));
    }
  }

  @Test
  void folder_of_images_gives_back_every_byte_in_order() {
    Clip clip = TestClips.noise(12, 9, 7, FrameRate.of(25), 5);
    Path frames = folder.resolve("frames");
    PngWriter.writeFolder(frames, clip, "");
    assertTrue(TestClips.same(clip, ClipReader.read(frames)));
    Clip part = ClipReader.read(frames, Wanted.everything().oneIn(5));
    assertEquals(3, part.frames());
    assertArrayEquals(clip.frame(10), part.frame(2));
  }

  @Test
  void mp4_of_a_smooth_clip_is_better_than_40_db() {
    Clip clip = TestClips.smooth(30, 160, 96);
    Path file = folder.resolve("a.mp4");
    Mp4Writer.write(file, clip, METADATA);
    Clip read = ClipReader.read(file);
    assertEquals(30, read.frames());
    assertEquals(clip.rate(), read.rate());
    double psnr = TestClips.psnr(clip, read);
    assertTrue(psnr > 40, "PSNR is " + psnr);
  }

  @Test
  void mp4_of_a_natural_clip_is_better_than_38_db() {
    Clip clip = ClipReader.bundled(Wanted.everything().first(4));
    Path file = folder.resolve("a.mp4");
    Mp4Writer.write(file, clip, "");
    double psnr = TestClips.psnr(clip, ClipReader.read(file));
    assertTrue(psnr > 38, "PSNR is " + psnr);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 2, 2", "17, 33, 18, 34", "64, 48, 64, 48", "99, 50, 100, 50"})
  void mp4_of_an_odd_size_grows_to_an_even_one(int w, int h, int codedWidth, int codedHeight) {
    Clip clip = TestClips.smooth(27, w, h); // past a key frame
    Path file = folder.resolve("a.mp4");
    Mp4Writer.write(file, clip, "");
    Clip read = ClipReader.read(file);
    assertEquals(codedWidth, read.width());
    assertEquals(codedHeight, read.height());
    assertTrue(TestClips.psnr(clip, read) > 33, "PSNR is " + TestClips.psnr(clip, read));
  }

  @Test
  void mp4_of_pure_noise_is_coded_coarser_and_not_refused() {
    Clip clip = TestClips.noise(3, 16, 16, FrameRate.of(24), 6);
    Path file = folder.resolve("a.mp4");
    Mp4Writer.write(file, clip, "");
    assertEquals(3, ClipReader.read(file).frames());
  }

  @Test
  void same_clip_gives_the_same_mp4() {
    Clip clip = TestClips.smooth(3, 32, 32);
    assertArrayEquals(Mp4Writer.encode(clip, METADATA), Mp4Writer.encode(clip, METADATA));
  }

  /// Without these a browser guesses: BT.601 for small frames, BT.709 for large ones.
  @Test
  void mp4_declares_its_colours() {
    String text =
        new String(Mp4Writer.encode(TestClips.smooth(1, 16, 16), ""), StandardCharsets.ISO_8859_1);
    String primariesTransferMatrixLimited = "nclx\0\1\0\15\0\6\0";
    assertTrue(text.contains("colr" + primariesTransferMatrixLimited));
  }

  @Test
  void index_of_an_mp4_lies_before_its_data_so_that_it_streams() throws IOException {
    Path file = folder.resolve("a.mp4");
    Mp4Writer.write(file, TestClips.smooth(2, 16, 16), "");
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertTrue(text.indexOf("moov") < text.indexOf("mdat"));
  }
}
