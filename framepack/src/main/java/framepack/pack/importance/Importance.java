package framepack.pack.importance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// A measure of how much a history frame matters to the next section X^ (paper §3.2). Its order replaces the order of
/// time: `F_0` is the most important frame.
public sealed interface Importance permits TimeProximity, FeatureSimilarity, HybridSimilarity {

  /// Scores `[video][frame]`, larger is more important; NaN where the latents are.
  ///
  /// @param history frames to rank
  /// @param next estimate of the section to generate; `seconds[0]` is its time, whatever frames the estimate is taken from
  double[][] scores(Candidates history, Candidates next);

  /// The permutation `[video][rank] = frame`, most important first.
  ///
  /// Equal scores come nearer in time first, then lower index first; frames whose score is NaN come last, so that spoiled
  /// latents never displace sound ones.
  default int[][] ranking(Candidates history, Candidates next) {
    double[][] scores = scores(history, next);
    int[][] ranking = new int[scores.length][];
    for (int video = 0; video < scores.length; video++) {
      double[] own = scores[video];
      Comparator<Integer> descending =
          Comparator.<Integer>comparingInt(i -> Double.isNaN(own[i]) ? 1 : 0)
              .thenComparing(
                  (a, b) -> Double.isNaN(own[a]) ? 0 : Double.compare(own[b] + 0.0, own[a] + 0.0))
              .thenComparingDouble(i -> distance(history, next, i));
      ranking[video] =
          IntStream.range(0, own.length)
              .boxed()
              .sorted(descending)
              .mapToInt(Integer::intValue)
              .toArray();
    }
    return ranking;
  }

  /// Seconds between a frame and the next section.
  static double distance(Candidates history, Candidates next, int frame) {
    return Math.abs(history.seconds()[frame] - next.seconds()[0]);
  }

  /// One score for each frame, the same in every video.
  static double[][] everywhere(Candidates history, double[] scores) {
    double[][] all = new double[Math.toIntExact(history.latents().extent(0))][];
    Arrays.setAll(all, i -> scores.clone());
    return all;
  }
}
