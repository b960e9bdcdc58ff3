package framepack.pack.importance;

import java.util.stream.IntStream;

/// Nearer in time is more important: the order of the paper's packings without a measure. Scores are negative seconds.
public record TimeProximity() implements Importance {
  @Override
  public double[][] scores(Candidates history, Candidates next) {
    return Importance.everywhere(
        history,
        IntStream.range(0, history.seconds().length)
            .mapToDouble(i -> -Importance.distance(history, next, i))
            .toArray());
  }
}
