package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.noise.DiscreteLevels;
import framepack.noise.TimeShift;
import org.junit.jupiter.api.Test;

/// Claim T11: the noise levels of the official program.
class TimeShiftPaperTest {
  @Test
  void levels_run_from_exactly_one_to_exactly_zero() {
    double[] sigmas = TimeShift.of(7).sigmas(25);
    assertEquals(26, sigmas.length);
    assertEquals(1, sigmas[0]);
    assertEquals(0, sigmas[25]);
    assertEquals(7.0 / 31, sigmas[24], 1e-15);
  }

  @Test
  void the_shift_grows_with_the_tokens_and_is_capped_at_seven() {
    assertEquals(2.903862, Math.exp(TimeShift.Line.FRAMEPACK.at(3600).mu()), 5e-7);
    assertTrue(TimeShift.Line.FRAMEPACK.at(8797).mu() < Math.log(7));
    assertEquals(Math.log(7), TimeShift.Line.FRAMEPACK.at(8798).mu());
    assertEquals(Math.log(7), TimeShift.Line.FRAMEPACK.at(1e9).mu());
  }

  @Test
  void only_noisy_tokens_count() {
    assertEquals(TimeShift.Line.FRAMEPACK.at(9 * 64 * 96 / 4), TimeShift.forLatents(9, 64, 96));
  }

  @Test
  void a_shift_of_one_changes_nothing() {
    double[] sigmas = TimeShift.of(1).sigmas(4);
    for (int i = 0; i <= 4; i++) {
      assertEquals(1 - i / 4.0, sigmas[i], 1e-15);
    }
  }

  @Test
  void discrete_levels_without_a_grid_are_shifted_twice() {
    double once = 3 * 0.001 / (1 + 2 * 0.001);
    double[] sigmas = new DiscreteLevels(1000, 3, false).sigmas(2, 0);
    assertEquals(3 * once / (1 + 2 * once), sigmas[1], 1e-15);
    assertEquals(0, sigmas[2]);
  }

  @Test
  void impossible_settings_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> TimeShift.of(0));
    assertThrows(IllegalArgumentException.class, () -> TimeShift.of(-1));
    assertThrows(IllegalArgumentException.class, () -> TimeShift.of(1).sigmas(0));
    assertThrows(IllegalArgumentException.class, () -> new DiscreteLevels(0, 1, false));
  }
}
