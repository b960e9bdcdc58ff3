package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.pack.ContextLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// T2 and the rate algebra of T3.
class ContextLengthPaperTest {
  @ParameterizedTest
  @CsvSource({"1, 3120", "2, 3900", "4, 4485", "8, 4667.8125", "16, 4679.952392578125"})
  void partial_sums_of_equation_2(int history, double expected) {
    assertEquals(expected, ContextLength.packed(1, 1560, 2, history), 1e-9);
  }

  @ParameterizedTest
  @CsvSource({"1, 1.5", "3, 2", "9, 4", "9, 8"})
  void the_sum_is_bounded_and_reaches_its_bound(int generated, double lambda) {
    double bound = ContextLength.bound(generated, 1560, lambda);
    assertEquals(1560 * (generated + lambda / (lambda - 1)), bound, 1e-9);
    double previous = 0;
    for (int history = 1; history <= 16; history++) {
      double length = ContextLength.packed(generated, 1560, lambda, history);
      assertTrue(length > previous && length < bound, "T = " + history);
      previous = length;
    }
    assertEquals(bound, ContextLength.packed(generated, 1560, lambda, 1_000_000), 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "4, 1.3333333333333333", "8, 1.1428571428571428"})
  void the_history_bound_in_frames(double lambda, double expected) {
    assertEquals(expected, ContextLength.bound(0, 1, lambda), 1e-15);
  }

  @Test
  void the_sum_of_frame_lengths_is_equation_2() {
    double sum = 1560;
    for (int i = 0; i < 7; i++) {
      sum += ContextLength.ofFrame(i, 1560, 2);
    }
    assertEquals(ContextLength.packed(1, 1560, 2, 7), sum, 1e-9);
    assertTrue(ContextLength.ofFrame(10, 1560, 2) > 1);
    assertTrue(ContextLength.ofFrame(11, 1560, 2) < 1);
  }

  @Test
  void without_packing_a_hundred_frames_cost_157560_tokens() {
    assertEquals(157_560, ContextLength.unpacked(1, 1560, 100));
    assertEquals(45_240, ContextLength.unpacked(9, 1560, 20));
  }

  @Test
  void T3_a_rate_of_2_625_duplicates_a_half_and_an_eighth() {
    assertArrayEquals(new int[] {1, 2, 1, 2}, ContextLength.multiplicities(2.625, 3));
  }

  @ParameterizedTest
  @CsvSource({"0.125", "0.5", "1", "1.75", "2", "2.375", "3.9375"})
  void any_rate_is_the_series_with_terms_duplicated_or_dropped(double rate) {
    int[] uses = ContextLength.multiplicities(rate, 4);
    double sum = Math.pow(2, -4); // the untouched terms beyond the last digit
    for (int j = 0; j < uses.length; j++) {
      sum += uses[j] * Math.pow(2, -j);
    }
    assertEquals(rate, sum);
  }

  @Test
  void impossible_rates_and_growing_lambdas_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> ContextLength.multiplicities(2.3, 8));
    assertThrows(IllegalArgumentException.class, () -> ContextLength.multiplicities(4, 8));
    assertThrows(IllegalArgumentException.class, () -> ContextLength.packed(1, 1560, 1, 4));
    assertThrows(IllegalArgumentException.class, () -> ContextLength.bound(1, 1560, Double.NaN));
  }
}
