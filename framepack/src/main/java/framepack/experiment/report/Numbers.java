package framepack.experiment.report;

import java.util.Locale;
import java.util.stream.DoubleStream;

/// How numbers look in tables and on axes.
final class Numbers {
  private static final String THIN_SPACE = "\u2009";
  private static final String MINUS = "\u2212";

  private Numbers() {}

  /// Whole numbers in full with thin spaces; others with `digits` decimals, or with four
  /// significant digits if `digits` is negative. Not-a-number is a dash.
  static String format(double value, int digits) {
    if (Double.isNaN(value)) {
      return "\u2013";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "\u221e" : MINUS + "\u221e";
    }
    double size = Math.abs(value);
    if (digits < 0 && size != 0 && (size < 1e-3 || size >= 1e9)) {
      return power(value);
    }
    boolean whole = value == Math.rint(value) && digits <= 0;
    int before = size < 1 ? 1 : 1 + (int) Math.floor(Math.log10(size));
    int decimals = whole ? 0 : digits >= 0 ? digits : Math.max(0, 4 - before);
    if (size < 1 && digits < 0 && size != 0) {
      decimals = 3 - (int) Math.floor(Math.log10(size));
    }
    return grouped(String.format(Locale.ROOT, "%,." + decimals + "f", value));
  }

  /// What rounds to nothing has no sign.
  private static String grouped(String text) {
    String signed = text.matches("-[0.]+") ? text.substring(1) : text;
    return signed.replace("-", MINUS).replace(",", THIN_SPACE);
  }

  private static String power(double value) {
    int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
    String digits = String.format(Locale.ROOT, "%.2f", value / Math.pow(10, exponent));
    return (digits + "e" + exponent).replace("-", MINUS);
  }

  /// Decimals that suit all of `values`: none if all are whole, four significant digits of the
  /// largest otherwise; -1, each as it needs, if the smallest would lose its own.
  static int commonDigits(double... values) {
    double[] sizes = DoubleStream.of(values).filter(Double::isFinite).map(Math::abs).toArray();
    if (DoubleStream.of(sizes).allMatch(v -> v == Math.rint(v))) {
      return 0;
    }
    double largest = DoubleStream.of(sizes).max().orElse(1);
    double smallest = DoubleStream.of(sizes).filter(v -> v > 0).min().orElse(1);
    int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(largest)));
    return smallest * Math.pow(10, decimals) < 10 || largest >= 1e9 ? -1 : decimals;
  }

  /// A tick at `value` where ticks are `step` apart: just as many decimals as tell them apart.
  static String tick(double value, double step) {
    int decimals = 0;
    for (double s = step; decimals < 12 && Math.abs(s - Math.rint(s)) > 1e-6 * s; s *= 10) {
      decimals++;
    }
    double clean = Math.abs(value) < step * 1e-9 ? 0 : value;
    if (Math.abs(clean) >= 1e7) {
      return power(clean);
    }
    return grouped(String.format(Locale.ROOT, "%,." + decimals + "f", clean));
  }

  /// A tick at a power of ten, or at a small multiple of one.
  static String logTick(double value) {
    return value >= 1e-3 && value < 1e6
        ? tick(value, Math.min(1, Math.pow(10, Math.floor(Math.log10(value) + 1e-9))))
        : power(value).replace(".00e", "e");
  }
}
