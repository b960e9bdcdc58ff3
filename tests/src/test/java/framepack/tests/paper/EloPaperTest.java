package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.statistics.Elo;
import framepack.experiment.statistics.Elo.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Claim T20: ELO with K = 32.
class EloPaperTest {
  private static final List<String> PLAYERS = List.of("a", "b", "c");

  @Test
  void one_win_between_equals_moves_sixteen_points() {
    Elo elo = new Elo(PLAYERS);
    elo.play(new Match("a", "b", 1));
    assertEquals(1016, elo.rating("a"));
    assertEquals(984, elo.rating("b"));
    assertEquals(1000, elo.rating("c"));
  }

  @Test
  void a_draw_between_equals_moves_nothing_and_a_likely_win_little() {
    Elo elo = new Elo(PLAYERS);
    elo.play(new Match("a", "b", 0.5));
    assertEquals(1000, elo.rating("a"));
    for (int i = 0; i < 100; i++) elo.play(new Match("a", "b", 1));
    double before = elo.rating("a");
    elo.play(new Match("a", "b", 1));
    double gain = elo.rating("a") - before;
    assertTrue(gain > 0 && gain < 3, gain + "");
  }

  @Test
  void the_sum_of_ratings_is_invariant() {
    Elo elo = new Elo(PLAYERS);
    List<Match> matches = new ArrayList<>();
    RandomGenerator random = new SplittableRandom(9);
    for (int i = 0; i < 500; i++) {
      int a = random.nextInt(3);
      int b = (a + 1 + random.nextInt(2)) % 3;
      matches.add(new Match(PLAYERS.get(a), PLAYERS.get(b), random.nextInt(3) / 2.0));
      elo.play(matches.getLast());
    }
    double sum = PLAYERS.stream().mapToDouble(elo::rating).sum();
    assertEquals(3000, sum, 1e-9);
    Map<String, Double> mean = Elo.mean(PLAYERS, matches);
    assertEquals(3000, mean.values().stream().mapToDouble(r -> r).sum(), 1e-9);
    assertEquals(mean, Elo.mean(PLAYERS, matches));
  }

  @Test
  void who_wins_more_is_rated_higher_whatever_the_order_of_matches() {
    List<Match> matches = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      matches.add(new Match("a", "b", 1));
      matches.add(new Match("b", "c", 1));
    }
    Map<String, Double> ratings = Elo.mean(PLAYERS, matches);
    Map<String, Double> turned = Elo.mean(PLAYERS, matches.reversed());
    assertTrue(ratings.get("a") > ratings.get("b") && ratings.get("b") > ratings.get("c"));
    PLAYERS.forEach(player -> assertEquals(ratings.get(player), turned.get(player), 5));
    assertThrows(
        IllegalArgumentException.class, () -> new Elo(PLAYERS).play(new Match("a", "d", 1)));
  }
}
