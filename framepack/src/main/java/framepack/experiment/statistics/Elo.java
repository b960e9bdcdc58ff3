package framepack.experiment.statistics;

import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Elo's rating with K = 32, as the paper rates its variants: who wins against an equal gains 16 points, the loser gives
/// them, so the sum of all ratings never changes.
public final class Elo {
  private static final double K = 32;
  private static final double START = 1000;
  private static final double SPREAD = 400;
  private static final int ORDERS = 200;

  /// One comparison.
  ///
  /// @param score of `a`: 1 won, 0.5 drawn, 0 lost
  public record Match(String a, String b, double score) {}

  private final Map<String, Double> ratings = new LinkedHashMap<>();

  /// All players start equal.
  public Elo(Collection<String> players) {
    players.forEach(player -> ratings.put(player, START));
  }

  /// Counts a match.
  public void play(Match match) {
    double a = rating(match.a);
    double b = rating(match.b);
    double expected = 1 / (1 + Math.pow(10, (b - a) / SPREAD));
    double gain = K * (match.score - expected);
    ratings.put(match.a, a + gain);
    ratings.put(match.b, b - gain);
  }

  public double rating(String player) {
    Double rating = ratings.get(player);
    if (rating == null) {
      throw new IllegalArgumentException(
          "Elo: nobody is called '%s' among %s".formatted(player, ratings.keySet()));
    }
    return rating;
  }

  /// Ratings after all matches. Elo depends on their order, and these have none: the mean over 200 random orders, the same
  /// every time.
  public static Map<String, Double> mean(Collection<String> players, List<Match> matches) {
    Map<String, Double> mean = new LinkedHashMap<>();
    Philox random = Philox.of(matches.size());
    List<Match> shuffled = new ArrayList<>(matches);
    for (int order = 0; order < ORDERS; order++) {
      for (int i = shuffled.size() - 1; i > 0; i--) {
        shuffled.set(i, shuffled.set(random.nextInt(i + 1), shuffled.get(i)));
      }
      Elo elo = new Elo(players);
      shuffled.forEach(elo::play);
      players.forEach(player -> mean.merge(player, elo.rating(player) / ORDERS, Double::sum));
    }
    return mean;
  }
}
