package framepack.tests.experiment.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.Carousel;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.DctCodec;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.Strip;
import framepack.experiment.metric.HiddenPart;
import framepack.experiment.metric.Psnr;
import framepack.experiment.metric.SectionPsnr;
import framepack.experiment.metric.SquaredError;
import framepack.tensor.random.Philox;
import framepack.tests.experiment.dataset.TestFrames;
import java.util.List;
import org.junit.jupiter.api.Test;

class PsnrTest {
  private final Strip strip =
      new Strip(3, DctCodec.codec().encode(new Carousel().paint(3, Philox.of(1))));

  @Test
  void a_constant_error_gives_its_closed_form() {
    Frames truth = TestFrames.random(1, 3, 2, 16, 16);
    SquaredError error = SquaredError.ofPixels(truth, TestFrames.plus(truth, 0.02));
    assertEquals(20 * Math.log10(2 / 0.02), error.psnr(), 1e-4);
    assertEquals(40, Psnr.of(4e-4), 1e-12);
    assertEquals(Double.POSITIVE_INFINITY, SquaredError.ofPixels(truth, truth).psnr());
  }

  @Test
  void an_error_of_latents_is_the_error_of_their_pixels() {
    Frames a = TestFrames.random(1, 16, 3, 8, 8);
    Frames b = TestFrames.random(2, 16, 3, 8, 8);
    double pixels =
        SquaredError.ofPixels(DctCodec.codec().decode(a), DctCodec.codec().decode(b)).psnr();
    assertEquals(pixels, SquaredError.ofLatents(a, b).psnr(), 1e-5);
  }

  @Test
  void hidden_and_visible_part_add_up_to_the_whole() {
    Frames a = TestFrames.random(3, 16, 3, 8, 8);
    Frames b = TestFrames.random(4, 16, 3, 8, 8);
    SquaredError hidden = SquaredError.ofLatents(a, b, HiddenPart.columns(12, 3, 8));
    SquaredError visible = SquaredError.ofLatents(a, b, HiddenPart.visibleColumns(12, 3, 8));
    SquaredError whole = SquaredError.ofLatents(a, b);
    assertEquals(whole.sum(), hidden.plus(visible).sum(), 1e-9 * whole.sum());
    assertEquals(whole.values(), hidden.values() + visible.values());
    assertEquals(hidden.values(), visible.values(), "6 of 12 tokens are hidden");
  }

  @Test
  void a_mask_of_another_shape_is_refused() {
    Frames a = TestFrames.random(3, 16, 2, 8, 8);
    assertThrows(
        DatasetError.class, () -> SquaredError.ofLatents(a, a, HiddenPart.columns(12, 3, 8)));
  }

  /// A quarter of a frame is hidden exactly if none of the columns the newest frame shows holds it.
  @Test
  void what_is_hidden_is_what_the_newest_frame_does_not_show() {
    for (int side : new int[] {8, 16}) {
      for (int period : new int[] {3, 4, 5, 6, 8, 12, 16}) {
        boolean[][] hidden = HiddenPart.columns(period, 3, side);
        int width = side / 4 * period;
        for (int k = 0; k < 3; k++) {
          for (int x = 0; x < side; x++) {
            int column = (side / 4 * (1 + k) + x) % width;
            boolean shown = false;
            for (int seen = 0; seen < side; seen++) shown |= seen % width == column;
            String place = "period " + period + ", frame " + k + ", column " + x + " of " + side;
            assertEquals(!shown, hidden[k][x], place);
          }
        }
      }
    }
    assertEquals(0, HiddenPart.lag(4));
    assertEquals(9, HiddenPart.lag(12));
  }

  /// lag(P) frames before a frame of the section its newly hidden token was on screen for the last time.
  @Test
  void the_lag_is_the_time_since_the_hidden_token_was_last_seen() {
    for (int period : new int[] {6, 8, 12, 16}) {
      int target = 100;
      int token = (target + 3) % period;
      int last = target - 1;
      while (Math.floorMod(token - last, period) >= 4) last--;
      assertEquals(HiddenPart.lag(period), target - last);
    }
  }

  @Test
  void pooled_error_and_mean_of_videos_differ_as_they_must() {
    List<SquaredError> videos = List.of(new SquaredError(4, 1), new SquaredError(0.04, 1));
    assertEquals(Psnr.of(2.02), Psnr.pooled(videos), 1e-12);
    assertEquals(10, Psnr.meanOfVideos(videos), 1e-12);
  }

  @Test
  void a_video_out_of_phase_is_judged_at_its_own_phase() {
    Frames late = strip.window(1, 6);
    double[] best = SectionPsnr.bestOverPhases(late, strip, 0, 3);
    assertArrayEquals(new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}, best);
    for (SquaredError error : SectionPsnr.atExactTime(late, strip, 0, 3)) {
      assertTrue(error.psnr() < 25, error.psnr() + " dB");
    }
  }

  @Test
  void sections_that_are_no_whole_period_are_compared_at_their_own_time() {
    for (SquaredError error : SectionPsnr.atExactTime(strip.window(4, 6), strip, 4, 2)) {
      assertEquals(0, error.sum());
    }
  }

  @Test
  void each_section_has_its_own_value() {
    Frames made = strip.window(2, 6);
    Frames spoiled = made.with(3, TestFrames.plus(made.slice(3, 3), 0.1));
    double[] best = SectionPsnr.bestOverPhases(spoiled, strip, 2, 3);
    assertEquals(Double.POSITIVE_INFINITY, best[0]);
    assertEquals(Psnr.of(0.01 * 16 / 192), best[1], 1e-3);
  }

  @Test
  void curves_are_averaged_by_section_and_ragged_ones_refused() {
    assertArrayEquals(
        new double[] {2, 5},
        SectionPsnr.mean(List.of(new double[] {1, 4}, new double[] {3, 6})),
        1e-12);
    assertThrows(DatasetError.class, () -> SectionPsnr.mean(List.of(new double[2], new double[3])));
    assertThrows(DatasetError.class, () -> SectionPsnr.mean(List.of()));
    assertThrows(
        DatasetError.class, () -> SectionPsnr.bestOverPhases(strip.window(0, 4), strip, 0, 3));
  }
}
