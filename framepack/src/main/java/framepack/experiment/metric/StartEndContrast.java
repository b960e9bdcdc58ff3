package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import java.util.List;

/// Drift of one video: a quality at its start against the same quality at its end.
///
/// Paper eq. (7): `|M(start) - M(end)|` over the first and last 15 %, that is
/// `n = max(1, int(0.15 N))` of N frames or sections. The absolute value treats drift in either
/// direction alike and cannot tell "flat" from "bad everywhere": report `signed` and curves too.
public record StartEndContrast(double start, double end) {
  private static final double SHARE = 0.15;

  /// `quality` has one value for each frame (or section) in order of video time.
  public static StartEndContrast of(double[] quality) {
    if (quality.length == 0) throw new DatasetError("start-end contrast: a video of 0 values");
    int n = count(quality.length);
    return new StartEndContrast(mean(quality, 0, n), mean(quality, quality.length - n, n));
  }

  /// How many of `length` values make the start, and how many the end.
  public static int count(int length) {
    return Math.max(1, (int) (SHARE * length));
  }

  /// The mean over videos of the absolute contrast.
  public static double meanAbsolute(List<double[]> videos) {
    return videos.stream().mapToDouble(v -> of(v).absolute()).average().orElse(Double.NaN);
  }

  public double absolute() {
    return Math.abs(start - end);
  }

  /// End minus start: negative where quality is lost over time.
  public double signed() {
    return end - start;
  }

  private static double mean(double[] quality, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) sum += quality[i];
    return sum / count;
  }
}
