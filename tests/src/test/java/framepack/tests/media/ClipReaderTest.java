package framepack.tests.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.media.Clip;
import framepack.media.ClipReader;
import framepack.media.FrameRate;
import framepack.media.Wanted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bundled clip against what FFmpeg 5.1 makes of it (`-sws_flags bicubic+accurate_rnd
/// +full_chroma_int -pix_fmt rgb24`). Both round; the planes behind are bit exact.
class ClipReaderTest {

  /// Frame, row, column, red, green, blue.
  private static final int[][] PIXELS = {
    {0, 20, 30, 223, 220, 214}, {0, 240, 320, 50, 49, 44}, {0, 400, 600, 161, 151, 138},
    {0, 300, 200, 212, 209, 198}, {72, 20, 30, 231, 228, 222}, {72, 240, 320, 226, 172, 127},
    {72, 300, 200, 90, 54, 36}, {144, 240, 320, 202, 200, 188}, {144, 400, 600, 123, 121, 108},
    {216, 240, 320, 150, 91, 69}, {216, 400, 600, 174, 167, 151}, {216, 300, 200, 219, 216, 205}
  };

  /// Mean of red, green, blue of frames 0, 72, 144, 216.
  private static final double[][] MEANS = {
    {185.1151, 178.3524, 167.83},
    {187.1039, 177.0638, 164.5987},
    {183.1501, 176.6807, 165.8915},
    {182.9647, 175.2277, 164.7626}
  };

  private static Clip cup;

  @TempDir Path folder;

  @BeforeAll
  static void read() {
    cup = ClipReader.bundled(Wanted.everything());
  }

  @Test
  void bundled_clip_has_its_size_rate_and_every_frame() {
    assertEquals(217, cup.frames());
    assertEquals(640, cup.width());
    assertEquals(480, cup.height());
    assertEquals(new FrameRate(26777, 1000), cup.rate());
  }

  @Test
  void pixels_are_those_of_ffmpeg() {
    for (int[] p : PIXELS) {
      for (int c = 0; c < 3; c++) {
        int here = cup.sample(p[0], p[1], p[2], c);
        assertEquals(p[3 + c], here, 1, "frame " + p[0] + " row " + p[1] + " column " + p[2]);
      }
    }
  }

  @Test
  void mean_colours_are_those_of_ffmpeg() {
    for (int i = 0; i < MEANS.length; i++) {
      byte[] frame = cup.frame(72 * i);
      double[] sum = new double[3];
      for (int k = 0; k < frame.length; k++) {
        sum[k % 3] += frame[k] & 0xff;
      }
      for (int c = 0; c < 3; c++) {
        assertEquals(MEANS[i][c], sum[c] / (640 * 480), 0.05, "frame " + 72 * i);
      }
    }
  }

  @Test
  void wanted_part_equals_the_same_part_of_everything() {
    Wanted wanted = Wanted.everything().first(5).oneIn(3).sized(96, 54);
    Clip part = ClipReader.bundled(wanted);
    assertEquals(5, part.frames());
    assertEquals(26.777 / 3, part.rate().fps(), 1e-6);
    for (int t = 0; t < 5; t++) {
      Clip same = cup.part(3 * t, 1).resized(96, 54);
      assertTrue(TestClips.same(same, part.part(t, 1).withRate(same.rate())), "frame " + t);
    }
  }

  /// Nine grey frames, each 25 levels brighter, coded by x264 with B frames and two slices: they lie
  /// in the file as 0 1 3 2 5 4 7 6 8.
  @Test
  void frames_come_in_the_order_they_are_shown() throws IOException {
    Path file = folder.resolve("ordered.mp4");
    try (var in = getClass().getResourceAsStream("ordered.mp4")) {
      Files.copy(in, file);
    }
    Clip clip = ClipReader.read(file);
    assertEquals(9, clip.frames());
    for (int t = 0; t < 9; t++) {
      assertEquals(21.5 + 25 * t, clip.sample(t, 16, 24, 1), 4, "frame " + t);
    }
    Clip part = ClipReader.read(file, Wanted.everything().oneIn(2).first(3));
    assertEquals(121.5, part.sample(2, 16, 24, 1), 4);
  }

  @Test
  void decoder_prints_nothing() {
    PrintStream out = System.out;
    var said = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(said));
      ClipReader.bundled(Wanted.everything().first(1));
    } finally {
      System.setOut(out);
    }
    assertEquals("", said.toString());
  }
}
