package framepack.tests.experiment.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.Panorama;
import framepack.experiment.dataset.Photograph;
import framepack.experiment.dataset.Sighted;
import framepack.experiment.dataset.Sprites;
import framepack.experiment.dataset.VideoBank;
import framepack.experiment.dataset.VideoWorld;
import framepack.experiment.metric.SpectralSlope;
import framepack.tensor.random.Philox;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VideoWorldTest {
  private static final int SIDE = 64;
  private static final int KNOWN = 19;

  /// The colour of a pixel.
  private static String colour(Frames pixels, int frame, int pixel) {
    StringBuilder text = new StringBuilder();
    for (int c = 0; c < 3; c++) {
      text.append(pixels.values()[pixels.index(c, frame, 0, 0) + pixel]).append(' ');
    }
    return text.toString();
  }

  @Test
  void a_sprite_comes_out_from_behind_the_wall_with_the_colour_it_went_in_with() {
    int remembered = 0;
    int hiddenFrames = 0;
    for (int seed = 0; seed < 40; seed++) {
      Sighted video = new Sprites().paint(40, Philox.of(seed));
      Map<Integer, Map<String, Integer>> colours = new HashMap<>();
      for (int t = 0; t < 40; t++) {
        boolean any = false;
        for (int i = 0; i < SIDE * SIDE; i++) {
          int thing = video.things()[t][i];
          if (thing != Sighted.NOTHING) {
            any |= thing == 0;
            colours
                .computeIfAbsent(thing, _ -> new HashMap<>())
                .merge(colour(video.pixels(), t, i), 1, Integer::sum);
          }
        }
        hiddenFrames += any ? 0 : 1;
      }
      for (Map<String, Integer> seen : colours.values()) {
        int all = seen.values().stream().mapToInt(Integer::intValue).sum();
        int most = seen.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        assertTrue(most > 0.6 * all, "all but the edge has the sprite's own colour");
      }
      for (boolean[] frame : video.remembered(KNOWN)) {
        for (boolean pixel : frame) {
          remembered += pixel ? 1 : 0;
        }
      }
    }
    assertTrue(hiddenFrames > 40 * 40 / 10, "out of sight in " + hiddenFrames + " of 1600 frames");
    assertTrue(remembered > 10_000, "only " + remembered + " pixels have to be remembered");
  }

  @Test
  void nothing_of_a_sprite_shows_through_the_wall() {
    Sighted one = new Sprites().paint(30, Philox.of(1));
    Sighted other = new Sprites().paint(30, Philox.of(2));
    for (int t = 0; t < 30; t++) {
      for (int y = 0; y < SIDE; y++) {
        for (int x = 16; x < 48; x++) {
          assertEquals(one.pixels().at(1, t, y, x), other.pixels().at(1, t, y, x));
          assertEquals(Sighted.NOTHING, one.things()[t][y * SIDE + x]);
        }
      }
    }
  }

  @Test
  void a_panorama_moves_by_its_pan_and_comes_back_after_a_round() {
    for (int pan : new int[] {3, 4, 16}) {
      Panorama world = new Panorama(pan, 96);
      Frames video = world.paint(40, Philox.of(5)).pixels();
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x + pan < SIDE; x++) {
          assertEquals(video.at(0, 7, y, x + pan), video.at(0, 8, y, x));
        }
      }
      int round = 96 / pan;
      assertEquals(video.slice(1, 1), video.slice(1 + round, 1));
      assertNotEquals(video.slice(1, 1), video.slice(2, 1));
    }
    assertThrows(DatasetError.class, () -> new Panorama(0, 96));
    assertThrows(DatasetError.class, () -> new Panorama(4, 100));
  }

  @Test
  void what_is_remembered_was_seen_before_and_not_in_the_newest_frame() {
    Sighted video = new Panorama(16, 192).paint(31, Philox.of(3));
    boolean[][] mask = video.remembered(KNOWN);
    assertEquals(31 - KNOWN, mask.length);
    // 192 columns, 64 in view: the first frame after the known ones shows 16 columns that the
    // newest does not
    int first = 0;
    for (boolean pixel : mask[0]) first += pixel ? 1 : 0;
    assertEquals(16 * SIDE, first);
    for (int t = 0; t < mask.length; t++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        if (mask[t][i]) {
          int thing = video.things()[KNOWN + t][i];
          boolean newest = false;
          boolean before = false;
          for (int j = 0; j < SIDE; j++) newest |= video.things()[KNOWN - 1][j] == thing;
          for (int f = 0; f < KNOWN - 1; f++) {
            for (int j = 0; j < SIDE; j++) before |= video.things()[f][j] == thing;
          }
          assertTrue(!newest && before);
        }
      }
    }
  }

  @Test
  void the_texture_has_the_spectrum_of_photographs_and_wraps() {
    double slope = 0;
    for (int seed = 0; seed < 10; seed++) {
      Frames strip = new Photograph().paint(4, Philox.of(seed));
      slope += SpectralSlope.of(strip, 0) / 10;
      for (float value : strip.values()) assertTrue(Math.abs(value) <= 1);
    }
    assertEquals(-2.25, slope, 0.35);
    Frames strip = new Photograph().paint(12, Philox.of(1));
    double seam = 0;
    double inside = 0;
    for (int y = 0; y < SIDE; y++) {
      seam += Math.abs(strip.at(0, 0, y, 191) - strip.at(0, 0, y, 0)) / SIDE;
      for (int x = 0; x + 1 < 192; x++) {
        inside += Math.abs(strip.at(0, 0, y, x) - strip.at(0, 0, y, x + 1)) / SIDE / 191;
      }
    }
    assertTrue(seam < 4 * inside, "seam " + seam + ", inside " + inside);
  }

  @Test
  void a_video_depends_on_its_seed_and_place_alone_and_tests_are_apart() {
    for (VideoWorld world : new VideoWorld[] {new Sprites(), new Panorama(4, 64)}) {
      VideoBank few = VideoBank.of(world, 1, 2, 2, 24, KNOWN);
      VideoBank more = VideoBank.of(world, 1, 3, 4, 24, KNOWN);
      assertEquals(few.test().get(1).latents(), more.test().get(1).latents());
      assertNotEquals(
          few.test().get(1).latents(),
          VideoBank.of(world, 2, 2, 2, 24, KNOWN).test().get(1).latents());
      assertEquals(few.take(Philox.of(4), 10).frames(), few.take(Philox.of(4), 10).frames());
      assertEquals(24, few.longest());
      assertThrows(DatasetError.class, () -> few.take(Philox.of(4), 25));
    }
  }
}
