package framepack.experiment.report;

import java.util.ArrayList;
import java.util.List;

/// One axis of a chart: maps values to a length and chooses round ticks.
///
/// @param low value at 0
/// @param high value at the far end, above `low`
/// @param log equal lengths are equal factors
/// @param ticks values to mark, between `low` and `high`
record Axis(double low, double high, boolean log, List<Tick> ticks) {
  private static final int WANTED_TICKS = 6;

  record Tick(double value, String label) {}

  /// Covers `min` to `max` and a little more, so that the ends are ticks.
  static Axis covering(double min, double max, boolean log) {
    if (!(min <= max)) {
      return linear(0, 1); // no finite value at all
    }
    return log && min > 0 ? logarithmic(min, max) : linear(min, max);
  }

  private static Axis linear(double min, double max) {
    if (min == max) {
      double room = min == 0 ? 1 : Math.abs(min) * 0.1;
      return linear(min - room, max + room);
    }
    double step = niceStep((max - min) / (WANTED_TICKS - 1));
    double low = Math.floor(min / step + 1e-9) * step;
    double high = Math.ceil(max / step - 1e-9) * step;
    List<Tick> ticks = new ArrayList<>();
    for (long i = Math.round(low / step); i <= Math.round(high / step); i++) {
      ticks.add(new Tick(i * step, Numbers.tick(i * step, step)));
    }
    return new Axis(low, high, false, ticks);
  }

  /// Exactly `min` to `max`, with the ticks in between.
  Axis cutTo(double min, double max) {
    double slack = 1e-9 * (max - min);
    List<Tick> inside =
        ticks.stream().filter(t -> t.value >= min - slack && t.value <= max + slack).toList();
    return new Axis(min, max, log, inside);
  }

  /// 1, 2, 2.5 or 5 times a power of ten, at least `rough`.
  private static double niceStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (factor * power >= rough * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static Axis logarithmic(double min, double max) {
    double decades = Math.log10(max) - Math.log10(min);
    double[] factors = decades > 3 ? new double[] {1} : new double[] {1, 2, 5};
    int every = Math.max(1, (int) Math.ceil(decades / 8));
    List<Tick> all = new ArrayList<>();
    int first = (int) Math.floor(Math.log10(min)) - 1;
    int last = (int) Math.ceil(Math.log10(max)) + 1;
    for (int e = first; e <= last; e++) {
      for (double factor : factors) {
        double value = factor * Math.pow(10, e);
        if (Math.floorMod(e, every) == 0) {
          all.add(new Tick(value, Numbers.logTick(value)));
        }
      }
    }
    double low =
        all.stream().mapToDouble(Tick::value).filter(v -> v <= min * 1.0001).max().orElse(min);
    double high =
        all.stream().mapToDouble(Tick::value).filter(v -> v >= max * 0.9999).min().orElse(max);
    double end = high > low ? high : low * 10;
    List<Tick> ticks =
        all.stream().filter(t -> t.value >= low * 0.9999 && t.value <= end * 1.0001).toList();
    return new Axis(low, end, true, ticks);
  }

  /// Where `value` lies: 0 at `low`, 1 at `high`.
  double at(double value) {
    return (scaled(value) - scaled(low)) / (scaled(high) - scaled(low));
  }

  private double scaled(double value) {
    return log ? Math.log(value) : value;
  }

  boolean shows(double value) {
    return Double.isFinite(value) && (!log || value > 0);
  }
}
