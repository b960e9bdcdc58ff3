package framepack.tests.experiment.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.experiment.dataset.Draws;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawsTest {
  @Test
  void streams_of_different_paths_never_meet() {
    Set<Long> seen = new HashSet<>();
    for (long seed = 0; seed < 4; seed++) {
      for (long a = 0; a < 20; a++) {
        for (long b = 0; b < 20; b++) seen.add(Draws.of(seed, a, b).nextLong());
      }
    }
    assertEquals(1600, seen.size());
    assertNotEquals(Draws.of(1).nextLong(), Draws.of(1, 0).nextLong());
    assertNotEquals(Draws.of(1, 2).nextLong(), Draws.of(2, 1).nextLong());
  }

  /// The numbers are part of every published result: they may never change.
  @Test
  void the_sequence_is_fixed_for_good() {
    Draws draws = Draws.of(42, 7);
    assertEquals(0x5EF71EC34A21D540L, draws.nextLong());
    assertEquals(0xECC4DE014785F24BL, draws.nextLong());
  }

  @Test
  void moments_are_those_of_the_distributions() {
    Draws draws = Draws.of(5);
    int n = 200_000;
    double uniform = 0;
    double normal = 0;
    double square = 0;
    int[] faces = new int[6];
    for (int i = 0; i < n; i++) {
      uniform += draws.nextDouble(-1, 3);
      double e = draws.nextGaussian();
      normal += e;
      square += e * e;
      faces[draws.nextInt(6)]++;
    }
    assertEquals(1, uniform / n, 0.015);
    assertEquals(0, normal / n, 0.012);
    assertEquals(1, square / n, 0.017);
    for (int face : faces) assertEquals(n / 6.0, face, 700);
  }

  @Test
  void drawing_from_nothing_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> Draws.of(0).nextInt(0));
  }
}
