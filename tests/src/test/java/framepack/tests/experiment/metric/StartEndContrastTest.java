package framepack.tests.experiment.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.metric.StartEndContrast;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Claim T17 about the paper's equation (7).
class StartEndContrastTest {
  @Test
  void a_stationary_video_does_not_drift() {
    double[] constant = new double[37];
    Arrays.fill(constant, 21.5);
    assertEquals(0, StartEndContrast.of(constant).absolute());
  }

  @Test
  void start_and_end_are_15_percent_rounded_down_but_at_least_one() {
    assertEquals(1, StartEndContrast.count(1));
    assertEquals(1, StartEndContrast.count(13));
    assertEquals(2, StartEndContrast.count(14));
    assertEquals(3, StartEndContrast.count(20));
    assertEquals(15, StartEndContrast.count(100));
  }

  @Test
  void a_linear_decay_gives_slope_times_frames_between_the_two_parts() {
    for (int n : new int[] {1, 2, 13, 20, 60, 100}) {
      double slope = 0.37;
      double[] quality = new double[n];
      for (int i = 0; i < n; i++) quality[i] = 40 - slope * i;
      StartEndContrast drift = StartEndContrast.of(quality);
      assertEquals(slope * (n - StartEndContrast.count(n)), drift.absolute(), 1e-9);
      assertEquals(drift.start() - drift.absolute(), drift.end(), 1e-9);
    }
  }

  @Test
  void time_reversal_changes_the_sign_and_not_the_size() {
    double[] quality = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7};
    double[] reversed = new double[quality.length];
    for (int i = 0; i < quality.length; i++) reversed[i] = quality[quality.length - 1 - i];
    StartEndContrast there = StartEndContrast.of(quality);
    StartEndContrast back = StartEndContrast.of(reversed);
    assertEquals(there.absolute(), back.absolute());
    assertEquals(there.signed(), -back.signed());
    assertEquals(6, there.absolute());
  }

  @Test
  void drifts_of_opposite_sign_do_not_cancel_over_videos() {
    assertEquals(
        2, StartEndContrast.meanAbsolute(List.of(new double[] {1, 3}, new double[] {3, 1})));
  }

  @Test
  void a_video_without_values_is_refused() {
    assertThrows(DatasetError.class, () -> StartEndContrast.of(new double[0]));
  }
}
