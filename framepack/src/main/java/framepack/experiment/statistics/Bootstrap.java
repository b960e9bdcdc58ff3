package framepack.experiment.statistics;

import framepack.tensor.random.Philox;
import java.util.Arrays;

/// A percentile bootstrap of a mean (Efron 1979): 10,000 resamples of the values with replacement, the interval that holds
/// the middle share of their means. The resamples are the same every time.
///
/// With few values it is too narrow: of 95 % intervals, about 73 % hold the true mean with 3 normal values and about 83 %
/// with 5, and no interval reaches beyond the values themselves.
public final class Bootstrap {
  /// The usual level.
  public static final double LEVEL = 0.95;

  private static final int RESAMPLES = 10_000;

  private Bootstrap() {}

  /// A mean and the interval around it.
  ///
  /// @param low not a number, as is `high`, for fewer than two values
  public record Interval(double mean, double low, double high) {}

  /// The mean of `values` with its 95 % interval.
  public static Interval mean(double... values) {
    return mean(values, LEVEL);
  }

  /// The mean of `values` with the interval at a level from 0 to 1.
  public static Interval mean(double[] values, double level) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    if (values.length < 2) {
      return new Interval(mean, Double.NaN, Double.NaN);
    }
    Philox random = Philox.of(values.length);
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int j = 0; j < values.length; j++) {
        sum += values[random.nextInt(values.length)];
      }
      means[i] = sum / values.length;
    }
    Arrays.sort(means);
    int cut = (int) Math.round((1 - level) / 2 * RESAMPLES);
    return new Interval(mean, means[cut], means[RESAMPLES - 1 - cut]);
  }
}
