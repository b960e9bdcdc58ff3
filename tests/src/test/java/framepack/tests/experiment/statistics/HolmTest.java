package framepack.tests.experiment.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import framepack.experiment.statistics.Holm;
import org.junit.jupiter.api.Test;

class HolmTest {
  @Test
  void adjusted_values_are_those_of_r() {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assertArrayEquals(
        new double[] {0.03, 0.06, 0.06, 0.02}, Holm.adjusted(0.01, 0.04, 0.03, 0.005), 1e-12);
  }

  @Test
  void they_never_exceed_one_and_what_is_no_test_does_not_count() {
    assertArrayEquals(new double[] {1, 1}, Holm.adjusted(0.6, 0.9));
    assertArrayEquals(
        new double[] {0.02, Double.NaN, 0.03}, Holm.adjusted(0.01, Double.NaN, 0.03), 1e-12);
    assertArrayEquals(new double[0], Holm.adjusted());
  }
}
