package framepack.experiment.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Holm's step-down correction (1979): of all tests of one question, the chance of any false finding stays below the level.
public final class Holm {
  private Holm() {}

  /// Adjusted p values in the given order: compare each with the level as it is. Those that are not a number are no tests.
  public static double[] adjusted(double... p) {
    List<Integer> ascending =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .toList();
    double[] adjusted = p.clone();
    double least = 0;
    for (int rank = 0; rank < ascending.size(); rank++) {
      int i = ascending.get(rank);
      least = Math.max(least, Math.min(1, (ascending.size() - rank) * p[i]));
      adjusted[i] = least;
    }
    return adjusted;
  }
}
