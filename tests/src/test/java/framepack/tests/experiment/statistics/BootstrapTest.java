package framepack.tests.experiment.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.statistics.Bootstrap;
import framepack.experiment.statistics.Bootstrap.Interval;
import framepack.tensor.random.Philox;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void the_interval_of_many_values_is_the_normal_one() {
    double[] values = new double[400];
    Philox random = new Philox(3, 0, 0);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = 5 + 2 * random.nextGaussian();
      sum += values[i];
      squares += values[i] * values[i];
    }
    double mean = sum / values.length;
    double half = 1.96 * Math.sqrt((squares / values.length - mean * mean) / values.length);
    Interval interval = Bootstrap.mean(values);
    assertEquals(mean, interval.mean(), 1e-12);
    assertEquals(mean - half, interval.low(), 0.1 * half);
    assertEquals(mean + half, interval.high(), 0.1 * half);
  }

  @Test
  void two_values_have_the_means_of_all_their_resamples() {
    // 1/4 both low, 1/2 one of each, 1/4 both high.
    Interval interval = Bootstrap.mean(1, 3);
    assertEquals(1, interval.low());
    assertEquals(3, interval.high());
    Interval narrow = Bootstrap.mean(new double[] {1, 3}, 0.4);
    assertEquals(2, narrow.low());
    assertEquals(2, narrow.high());
  }

  @Test
  void it_is_as_short_of_its_level_with_few_values_as_its_description_says() {
    assertEquals(0.73, coverage(3), 0.06);
    assertEquals(0.83, coverage(5), 0.05);
  }

  private static double coverage(int values) {
    int trials = 400;
    int held = 0;
    for (int trial = 0; trial < trials; trial++) {
      Philox random = new Philox(1, values, trial);
      double[] drawn = new double[values];
      for (int i = 0; i < values; i++) {
        drawn[i] = random.nextGaussian();
      }
      Interval interval = Bootstrap.mean(drawn);
      held += interval.low() <= 0 && 0 <= interval.high() ? 1 : 0;
    }
    return (double) held / trials;
  }

  @Test
  void it_is_the_same_every_time_and_one_value_has_no_interval() {
    assertEquals(Bootstrap.mean(1, 2, 4, 8), Bootstrap.mean(1, 2, 4, 8));
    assertEquals(7, Bootstrap.mean(7).mean());
    assertTrue(Double.isNaN(Bootstrap.mean(7).low()));
    assertTrue(Double.isNaN(Bootstrap.mean().mean()));
  }
}
