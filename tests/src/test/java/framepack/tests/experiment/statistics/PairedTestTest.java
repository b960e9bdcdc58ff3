package framepack.tests.experiment.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.statistics.PairedTest;
import org.junit.jupiter.api.Test;

class PairedTestTest {
  /// Student's sleep data (1908): extra hours with two drugs, ten patients.
  private static final double[] FIRST = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

  private static final double[] SECOND = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

  @Test
  void students_sleep_data_give_the_published_values() {
    PairedTest test = PairedTest.of(FIRST, SECOND);
    assertEquals(10, test.pairs());
    assertEquals(-1.58, test.difference().mean(), 1e-12);
    assertEquals(0.002833, test.student(), 5e-7); // R: t.test(paired = TRUE)
    double d = -1.58 / 1.229995;
    assertEquals(d * (1 - 3.0 / 35), test.effect(), 1e-6);
  }

  @Test
  void the_sign_flip_test_counts_patterns() {
    // |±1 ±2 ±3| reaches 6 in 2 of 8 patterns, and 4 = |-1 + 2 + 3| in 4 of 8.
    double[] zero = {0, 0, 0};
    assertEquals(2.0 / 8, PairedTest.of(new double[] {1, 2, 3}, zero).signFlip());
    assertEquals(4.0 / 8, PairedTest.of(new double[] {-1, 2, 3}, zero).signFlip());
    assertEquals(1, PairedTest.of(new double[] {1, -2, 1}, zero).signFlip());
    double[] five = {0.1, 0.2, 0.3, 0.4, 0.5};
    assertEquals(0.0625, PairedTest.of(five, new double[5]).signFlip());
  }

  @Test
  void exchanging_the_sides_changes_signs_only() {
    PairedTest one = PairedTest.of(FIRST, SECOND);
    PairedTest other = PairedTest.of(SECOND, FIRST);
    assertEquals(one.difference().mean(), -other.difference().mean(), 1e-12);
    assertEquals(one.effect(), -other.effect(), 1e-12);
    assertEquals(one.student(), other.student(), 1e-12);
    assertEquals(one.signFlip(), other.signFlip());
  }

  @Test
  void equal_differences_and_single_pairs_are_no_errors() {
    PairedTest same = PairedTest.of(new double[] {1, 2, 3}, new double[] {1, 2, 3});
    assertEquals(1, same.student());
    assertEquals(0, same.effect());
    PairedTest shifted = PairedTest.of(new double[] {2, 3, 4}, new double[] {1, 2, 3});
    assertEquals(0, shifted.student());
    assertTrue(Double.isInfinite(shifted.effect()));
    assertTrue(Double.isNaN(PairedTest.of(new double[] {1}, new double[] {2}).student()));
    assertThrows(IllegalArgumentException.class, () -> PairedTest.of(new double[2], new double[3]));
  }
}
