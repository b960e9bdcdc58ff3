package framepack.experiment.statistics;

import framepack.experiment.statistics.Bootstrap.Interval;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.inference.TTest;

/// Two ways of doing something, compared seed by seed: what a seed does to both cancels out.
///
/// @param pairs number of seeds that both have
/// @param difference mean of `a - b`, with its bootstrap interval
/// @param effect Cohen's d of the differences (their mean over their standard deviation), with Hedges' correction for few
///     pairs; infinite if all differences are equal and not 0
/// @param student two-sided p of the paired t-test (Commons Math `TTest.pairedTTest`): assumes normal differences
/// @param signFlip two-sided p of the exact sign-flip test (Fisher's randomisation): assumes nothing but symmetry, and
///     cannot fall below 2 / 2^pairs, 0.0625 for 5 seeds
public record PairedTest(
    int pairs, Interval difference, double effect, double student, double signFlip) {
  /// Above this the exact test would enumerate more than a million sign patterns.
  private static final int MOST_PAIRS = 20;

  /// Values of `a` and `b` for the same seeds in the same order.
  public static PairedTest of(double[] a, double[] b) {
    if (a.length != b.length || a.length > MOST_PAIRS) {
      throw new IllegalArgumentException(
          "paired test: expected the same seeds, %d at most, got %d and %d values"
              .formatted(MOST_PAIRS, a.length, b.length));
    }
    double[] d = IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
    Interval difference = Bootstrap.mean(d);
    if (d.length < 2) {
      return new PairedTest(d.length, difference, Double.NaN, Double.NaN, Double.NaN);
    }
    double deviation = new StandardDeviation().evaluate(d);
    return new PairedTest(
        d.length,
        difference,
        effect(difference.mean(), deviation, d.length),
        student(a, b, difference.mean(), deviation),
        signFlip(d));
  }

  private static double effect(double mean, double deviation, int pairs) {
    if (mean == 0) {
      return 0;
    }
    double hedges = pairs > 2 ? 1 - 3.0 / (4.0 * (pairs - 1) - 1) : 1;
    return hedges * mean / deviation;
  }

  private static double student(double[] a, double[] b, double mean, double deviation) {
    if (deviation == 0) {
      return mean == 0 ? 1 : 0;
    }
    return new TTest().pairedTTest(a, b);
  }

  /// Share of all sign patterns whose sum is at least as far from 0.
  private static double signFlip(double[] d) {
    double seen = Math.abs(IntStream.range(0, d.length).mapToDouble(i -> d[i]).sum());
    double slack = 1e-12 * (1 + seen);
    int patterns = 1 << d.length;
    int extreme = 0;
    for (int signs = 0; signs < patterns; signs++) {
      double sum = 0;
      for (int i = 0; i < d.length; i++) {
        sum += (signs >> i & 1) == 0 ? d[i] : -d[i];
      }
      if (Math.abs(sum) >= seen - slack) {
        extreme++;
      }
    }
    return (double) extreme / patterns;
  }
}
