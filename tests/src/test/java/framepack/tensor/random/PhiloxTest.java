package framepack.tensor.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhiloxTest {
  @Test
  void blocks_are_those_of_the_published_test_vectors() {
    int[] out = new int[4];
    Philox.mix(0, 0, 0, 0, 0, out);
    assertArrayEquals(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, out);
    Philox.mix(-1, -1, -1, -1, -1, out);
    assertArrayEquals(new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, out);
    long key = 0x299f31d0a4093822L;
    Philox.mix(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, key, out);
    assertArrayEquals(new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}, out);
  }

  @Test
  void the_same_key_gives_the_same_numbers_and_any_other_key_gives_others() {
    long[] base = first(1, 2, 3);
    assertArrayEquals(base, first(1, 2, 3));
    for (long[] key : new long[][] {{0, 2, 3}, {1, 1, 3}, {1, 2, 4}, {1, 3, 2}, {1L << 40, 2, 3}}) {
      assertFalse(Arrays.equals(base, first(key[0], key[1], key[2])), Arrays.toString(key));
    }
    assertFalse(Arrays.equals(first(1, 1L << 40, 3), first(1, 0, 3)));
    assertFalse(Arrays.equals(first(1, 2, 1L << 40), first(1, 2, 0)));
  }

  @Test
  void numbers_at_the_ends_of_different_paths_never_meet() {
    Set<Long> seen = new HashSet<>();
    for (long seed = 0; seed < 4; seed++) {
      for (long a = 0; a < 20; a++) {
        for (long b = 0; b < 20; b++) {
          seen.add(Philox.of(seed, a, b).nextLong());
        }
      }
    }
    assertEquals(1600, seen.size());
    assertNotEquals(Philox.of(1).nextLong(), Philox.of(1, 0).nextLong());
    assertNotEquals(Philox.of(1, 2).nextLong(), Philox.of(2, 1).nextLong());
  }

  /// The numbers are part of every published result: they may never change.
  @Test
  void the_numbers_of_a_path_are_fixed_for_good() {
    Philox random = Philox.of(42, 7);
    assertEquals(0x5EF71EC34A21D540L, random.nextLong());
    assertEquals(0xECC4DE014785F24BL, random.nextLong());
  }

  @Test
  void a_number_below_nothing_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> Philox.of(0).nextInt(0));
  }

  @Test
  void uniform_values_lie_in_the_half_open_interval_with_the_right_moments() {
    Philox random = new Philox(7, 0, 0);
    double sum = 0;
    double squares = 0;
    int n = 200_000;
    for (int i = 0; i < n; i++) {
      double u = (i & 1) == 0 ? random.nextDouble() : random.nextFloat();
      assertTrue(u >= 0 && u < 1);
      sum += u;
      squares += u * u;
    }
    assertEquals(0.5, sum / n, 0.003);
    assertEquals(1.0 / 3, squares / n, 0.003);
  }

  @Test
  void normal_values_have_the_moments_of_a_normal_distribution() {
    float[] values = new Philox(7, 1, 0).normal(200_001);
    double[] moments = new double[5];
    for (float v : values) {
      for (int k = 1; k <= 4; k++) {
        moments[k] += Math.pow(v, k) / values.length;
      }
    }
    assertEquals(0, moments[1], 0.01);
    assertEquals(1, moments[2], 0.015);
    assertEquals(0, moments[3], 0.03);
    assertEquals(3, moments[4], 0.1);
  }

  @Test
  void bounded_integers_are_equally_likely() {
    Philox random = new Philox(7, 2, 0);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.nextInt(7)]++;
    }
    for (int count : counts) {
      assertEquals(10_000, count, 400);
    }
    long bound = (1L << 62) + 1; // every second draw must be thrown away
    int low = 0;
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong(bound);
      assertTrue(value >= 0 && value < bound);
      low += value < bound / 2 ? 1 : 0;
    }
    assertEquals(5000, low, 200);
  }

  @Test
  void a_shuffle_is_a_permutation_and_reaches_every_order() {
    int[] counts = new int[6];
    for (int step = 0; step < 6000; step++) {
      int[] values = {0, 1, 2};
      new Philox(7, 3, step).shuffle(values);
      counts[values[0] * 2 + (values[1] > values[2] ? 1 : 0)]++;
    }
    for (int count : counts) {
      assertEquals(1000, count, 130);
    }
    int[] many = IntStream.range(0, 1000).toArray();
    new Philox(7, 4, 0).shuffle(many);
    assertNotEquals(0, many[0] + many[1] + many[2] - 3);
    assertArrayEquals(IntStream.range(0, 1000).toArray(), Arrays.stream(many).sorted().toArray());
  }

  private static long[] first(long seed, long stream, long step) {
    Philox random = new Philox(seed, stream, step);
    return new long[] {random.nextLong(), random.nextLong(), random.nextLong()};
  }
}
