package framepack.plan;

import java.math.BigInteger;
import java.util.Locale;

/// Numbers for people: four digits and a prefix.
final class Quantity {
  private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E", "Z", "Y"};
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Quantity() {}

  /// `1,234,567`.
  static String whole(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /// `5.202e14` as `520.2 T`.
  static String count(BigInteger count) {
    double value = count.doubleValue();
    int prefix = 0;
    while (value >= 1000 && prefix < DECIMAL.length - 1) {
      value /= 1000;
      prefix++;
    }
    if (value >= 1000) {
      return String.format(Locale.ROOT, "%.3e", count.doubleValue());
    }
    return digits(value) + (prefix == 0 ? "" : " " + DECIMAL[prefix]);
  }

  /// `12.3 GiB`.
  static String bytes(long bytes) {
    double value = bytes;
    int prefix = 0;
    while (value >= 1024 && prefix < BINARY.length - 1) {
      value /= 1024;
      prefix++;
    }
    return (prefix == 0 ? Long.toString(bytes) : digits(value)) + " " + BINARY[prefix];
  }

  /// `0.8 s`, `12 min 5 s`, `3 h 20 min`, `41 days`.
  static String seconds(double seconds) {
    if (seconds < 1) {
      return digits(1000 * seconds) + " ms";
    }
    if (seconds < 120) {
      return digits(seconds) + " s";
    }
    long s = Math.round(seconds);
    if (s < 2 * 3600) {
      return s / 60 + " min " + s % 60 + " s";
    }
    if (s < 2 * 86_400) {
      return s / 3600 + " h " + s / 60 % 60 + " min";
    }
    double days = seconds / 86_400;
    return days < 1000 ? digits(days) + " days" : digits(days / 365.25) + " years";
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%+.0f %%", 100 * share);
  }

  static String times(double ratio) {
    return digits(ratio) + "x";
  }

  static String digits(double value) {
    if (value >= 1e6) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return decimals > 0 ? text.replaceFirst("\\.?0+$", "") : text;
  }
}
