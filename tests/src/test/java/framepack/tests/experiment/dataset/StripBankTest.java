package framepack.tests.experiment.dataset;

import static framepack.tests.experiment.dataset.TestFrames.largestDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.Augmentation;
import framepack.experiment.dataset.Carousel;
import framepack.experiment.dataset.ChannelNorm;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.DctCodec;
import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.Photograph;
import framepack.experiment.dataset.RevisitWorld;
import framepack.experiment.dataset.Strip;
import framepack.experiment.dataset.StripBank;
import framepack.experiment.dataset.StripWorld;
import framepack.experiment.metric.HiddenPart;
import framepack.experiment.metric.Psnr;
import framepack.experiment.metric.SquaredError;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StripBankTest {
  private static final StripBank FIELD = StripBank.of(new RevisitWorld(), 1, List.of(4, 12), 60, 8);
  private static final StripBank DISCS = StripBank.of(new Carousel(), 1, List.of(3, 8), 100, 8);

  @Test
  void a_frame_comes_back_after_one_period_and_not_before() {
    for (StripBank bank : List.of(FIELD, DISCS)) {
      for (int period : bank.periods()) {
        Strip strip = bank.training(period).get(3);
        Frames first = strip.window(-5, 1);
        assertEquals(first, strip.window(-5 + 7L * period, 1));
        for (int t = 1; t < period; t++) assertNotEquals(first, strip.window(-5 + t, 1));
      }
    }
  }

  @Test
  void a_window_shows_the_columns_that_the_camera_has_reached() {
    Strip strip = FIELD.test(12).getFirst();
    Frames window = strip.window(11, 2);
    assertEquals(strip.latents().at(5, 0, 6, 22), window.at(5, 0, 6, 0));
    assertEquals(strip.latents().at(5, 0, 6, 1), window.at(5, 0, 6, 3));
    assertEquals(strip.latents().at(5, 0, 6, 7), window.at(5, 1, 6, 7));
  }

  /// Painting the frame and encoding it is what cutting latents out of the strip stands for.
  @Test
  void latents_of_a_window_are_latents_of_the_rendered_frame() {
    Frames pixels = new Carousel().paint(5, Philox.of(9));
    Strip strip = new Strip(5, DctCodec.codec().encode(pixels));
    Frames frame = Frames.zeros(3, 1, 64, 64);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 64; y++) {
        for (int x = 0; x < 64; x++) {
          frame.values()[frame.index(c, 0, y, x)] = pixels.at(c, 0, y, (16 * 3 + x) % 80);
        }
      }
    }
    assertEquals(DctCodec.codec().encode(frame), strip.window(3, 1));
  }

  /// Larger frames move by a quarter of their width too, and hold more at the same scale.
  @Test
  void frames_of_128_pixels_are_those_of_the_strip() {
    for (StripWorld world :
        List.of(new RevisitWorld(128), new Carousel(128), new Photograph(128))) {
      Frames pixels = world.paint(6, Philox.of(9));
      assertEquals(List.of(128, 192), List.of(pixels.rows(), pixels.columns()), world.title());
      Frames frame = Frames.zeros(3, 1, 128, 128);
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < 128; y++) {
          for (int x = 0; x < 128; x++) {
            frame.values()[frame.index(c, 0, y, x)] = pixels.at(c, 0, y, (32 * 5 + x) % 192);
          }
        }
      }
      Strip strip = new Strip(6, DctCodec.codec().encode(pixels));
      assertEquals(DctCodec.codec().encode(frame), strip.window(5, 1), world.title());
    }
  }

  @Test
  void four_rows_of_colours_fill_a_field_of_128_pixels() {
    Frames field = new RevisitWorld(128).paint(4, Philox.of(3));
    for (int row = 0; row < 4; row++) {
      double least = 1;
      for (int other = row + 1; other < 4; other++) {
        least = Math.min(least, Math.abs(middle(field, row) - middle(field, other)));
      }
      assertTrue(least > 1e-3, "row " + row + " is like one below it");
    }
  }

  /// Red in the middle of the first colour of a row of the grid.
  private static double middle(Frames field, int row) {
    return field.at(0, 0, 32 * row + 16, 16);
  }

  @Test
  void a_strip_depends_on_its_key_alone() {
    StripBank other = StripBank.of(new RevisitWorld(), 1, List.of(8, 12), 3, 20);
    assertEquals(FIELD.training(12).subList(0, 3), other.training(12));
    assertEquals(FIELD.test(12), other.test(12).subList(0, 8));
    StripBank seeded = StripBank.of(new RevisitWorld(), 2, List.of(12), 3, 1);
    assertNotEquals(FIELD.training(12).subList(0, 3), seeded.training(12));
  }

  @Test
  void no_two_strips_are_equal_in_training_or_test() {
    for (StripBank bank : List.of(FIELD, DISCS)) {
      Set<Frames> all = new HashSet<>();
      int count = 0;
      for (int period : bank.periods()) {
        for (Strip strip : bank.training(period)) all.add(strip.latents());
        for (Strip strip : bank.test(period)) all.add(strip.latents());
        count += bank.training(period).size() + bank.test(period).size();
      }
      assertEquals(count, all.size());
    }
  }

  /// Standard deviations that the normalisation and the learning rate were chosen for.
  @Test
  void standard_deviations_are_those_of_the_reference_worlds() {
    float[] field = FIELD.norm().std();
    float[] discs = DISCS.norm().std();
    for (int c : new int[] {0, 10, 13}) {
      assertEquals(3.3, field[c], 0.25, "field, flat channel " + c);
      assertEquals(3.3, discs[c], 0.25, "discs, flat channel " + c);
    }
    assertEquals(0.43, field[1], 0.04);
    assertEquals(0.28, field[2], 0.03);
    assertEquals(0.93, discs[1], 0.08);
    for (int c = 3; c < 10; c++) {
      assertTrue(field[c] < 0.06, "field, channel " + c + ": " + field[c]);
      assertTrue(discs[c] > 0.15 && discs[c] < 0.5, "discs, channel " + c + ": " + discs[c]);
    }
  }

  /// Variance of the field: 0.27 of a grid colour, times 3/4 across and 7/8 down.
  @Test
  void predicting_the_mean_of_the_data_gives_13_6_db_on_the_hidden_part() {
    StripBank bank = StripBank.of(new RevisitWorld(), 3, List.of(12, 16), 30, 64);
    Frames mean = bank.norm().invert(Frames.zeros(16, 3, 8, 8));
    for (int period : bank.periods()) {
      List<SquaredError> errors = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        Frames truth = bank.test(period).get(i).window(19 + i % period, 3);
        errors.add(SquaredError.ofLatents(truth, mean, HiddenPart.columns(period, 3, 8)));
      }
      assertEquals(Psnr.of(0.27 * 0.75 * 0.875), Psnr.pooled(errors), 0.4);
    }
  }

  @Test
  void the_codec_keeps_discs_at_26_to_29_db() {
    List<SquaredError> errors = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Frames pixels = new Carousel().paint(3, Philox.of(5, i));
      Frames kept = DctCodec.codec().decode(DctCodec.codec().encode(pixels));
      errors.add(SquaredError.ofPixels(pixels, kept));
    }
    double db = Psnr.pooled(errors);
    assertTrue(db > 26 && db < 29, db + " dB");
  }

  @Test
  void worlds_stay_within_the_range_of_pixels() {
    for (int i = 0; i < 20; i++) {
      for (float v : new RevisitWorld().paint(6, Philox.of(i)).values()) {
        assertTrue(Math.abs(v) <= 0.9f, "field: " + v);
      }
      for (float v : new Carousel().paint(6, Philox.of(i)).values()) {
        assertTrue(Math.abs(v) <= 1, "discs: " + v);
      }
    }
  }

  @Test
  void taken_windows_are_normalised_training_frames_of_every_period_and_look() {
    Philox draws = Philox.of(8);
    Set<Integer> labels = new HashSet<>();
    double sum = 0;
    double square = 0;
    int takes = 2000;
    for (int i = 0; i < takes; i++) {
      FrameSource.Take take = FIELD.take(draws, 2);
      labels.add(take.label());
      float z = take.frames().at(0, 1, i % 8, i / 8 % 8);
      sum += z;
      square += z * z;
    }
    assertEquals(Set.of(0, 1), labels);
    assertEquals(0, sum / takes, 0.15, "negation makes the mean vanish");
    assertEquals(
        Math.sqrt(3.3), Math.sqrt(square / takes), 0.15, "std of z is the root of the std");
  }

  @Test
  void one_strip_is_taken_at_every_phase_in_sixteen_looks() {
    StripBank bank = StripBank.of(new RevisitWorld(), 5, List.of(4), 1, 1);
    Set<Frames> seen = new HashSet<>();
    Philox draws = Philox.of(1);
    for (int i = 0; i < 1500; i++) seen.add(bank.take(draws, 1).frames());
    assertEquals(4 * 16, seen.size());
  }

  /// Without wrapping shapes around, the seam would be the one visible edge of every strip.
  @Test
  void the_carousel_has_no_seam() {
    double seam = 0;
    double inside = 0;
    for (int i = 0; i < 60; i++) {
      Frames strip = new Carousel().paint(4, Philox.of(3, i));
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < 64; y++) {
          seam += Math.abs(strip.at(c, 0, y, 63) - strip.at(c, 0, y, 0));
          inside += Math.abs(strip.at(c, 0, y, 31) - strip.at(c, 0, y, 32));
        }
      }
    }
    assertTrue(seam < 2 * inside, seam + " against " + inside);
  }

  @Test
  void a_constant_channel_is_shifted_and_never_divided_by_nothing() {
    Frames constant = TestFrames.plus(Frames.zeros(1, 2, 4, 4), 0.5);
    ChannelNorm norm = ChannelNorm.fit(List.of(constant), ChannelNorm.HALF);
    assertEquals(Frames.zeros(1, 2, 4, 4), norm.apply(constant));
    assertEquals(0.25f, norm.apply(TestFrames.plus(constant, 0.25)).at(0, 0, 0, 0));
    assertEquals(constant, norm.invert(Frames.zeros(1, 2, 4, 4)));
  }

  @Test
  void equal_draws_take_equal_windows() {
    assertEquals(DISCS.take(Philox.of(4, 2), 5), DISCS.take(Philox.of(4, 2), 5));
    assertNotEquals(DISCS.take(Philox.of(4, 2), 5), DISCS.take(Philox.of(4, 3), 5));
  }

  @Test
  void normalising_and_back_is_the_identity_and_decode_inverts_encode() {
    Frames latents = DISCS.test(8).getFirst().window(0, 4);
    Frames back = DISCS.norm().invert(DISCS.norm().apply(latents));
    assertTrue(largestDifference(latents, back) < 1e-5);
    Frames again = DISCS.encode(DISCS.decode(DISCS.window(DISCS.test(8).getFirst(), 0, 4)));
    assertTrue(largestDifference(DISCS.norm().apply(latents), again) < 1e-5);
  }

  @Test
  void the_drift_bank_turns_by_three_and_is_normalised_by_wider_strips() {
    StripBank drift = StripBank.drift(0);
    assertEquals(List.of(3), drift.periods());
    assertEquals(1500, drift.training(3).size());
    assertEquals(64, drift.test(3).size());
    List<Integer> wide = List.of(4, 6, 8, 12, 16);
    assertEquals(StripBank.of(new Carousel(), 0, wide, 150, 1).norm(), drift.norm());
  }

  @Test
  void impossible_banks_are_refused() {
    refuses("even number from 4", () -> new RevisitWorld().paint(5, Philox.of(0)));
    refuses("at least 3", () -> new Carousel().paint(2, Philox.of(0)));
    refuses("a multiple of 64", () -> new Carousel(96));
    refuses("name one twice", () -> StripBank.of(new Carousel(), 0, List.of(3, 3), 1, 1));
    refuses("at least one period", () -> StripBank.of(new Carousel(), 0, List.of(), 1, 1));
    refuses("it has [3, 8]", () -> DISCS.test(4));
    refuses("0 to 15", () -> Augmentation.of(16));
  }

  private static void refuses(String words, Runnable action) {
    String message = assertThrows(DatasetError.class, action::run).getMessage();
    assertTrue(message.contains(words) && !message.contains("\n"), message);
  }
}
