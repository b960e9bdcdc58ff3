package framepack.experiment.run;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// One number that runs are judged by.
///
/// @param key in `results.json`
/// @param title with its unit, for people
/// @param better which way is better
/// @param digits decimals worth showing
public record Measure(String key, String title, Better better, int digits) {
  /// Which of two values is better.
  public enum Better {
    HIGHER,
    LOWER,
    /// The one nearer to 1: a ratio to the truth.
    NEAR_ONE,
    /// The one nearer to 0: a signed difference.
    NEAR_ZERO;

    /// Whether `a` is better than `b`.
    public boolean prefers(double a, double b) {
      return switch (this) {
        case HIGHER -> a > b;
        case LOWER -> a < b;
        case NEAR_ONE -> Math.abs(a - 1) < Math.abs(b - 1);
        case NEAR_ZERO -> Math.abs(a) < Math.abs(b);
      };
    }
  }

  private static final String HIDDEN = "hidden.lag";

  /// What is not listed comes first.
  private static final List<String> IN_ORDER =
      List.of(
          "visible",
          "first",
          "last",
          "drift",
          "signed",
          "signed.generation",
          "sharpness",
          "contrast");

  /// The key of the memory of places last seen `lag` frames ago.
  static String hidden(int lag) {
    return HIDDEN + "%02d".formatted(lag);
  }

  /// Whether this is memory at some lag.
  public boolean isHidden() {
    return key.startsWith(HIDDEN);
  }

  /// Frames since the hidden part was last seen.
  public int lag() {
    return Integer.parseInt(key.substring(HIDDEN.length()));
  }

  /// The measures of a run, memory by ascending lag first, then as they are listed here.
  public static List<Measure> of(Results results) {
    return results.values().keySet().stream()
        .map(Measure::of)
        .sorted(
            Comparator.comparing((Measure m) -> IN_ORDER.indexOf(m.key))
                .thenComparing(Measure::key))
        .toList();
  }

  /// What a key of `results.json` means.
  public static Measure of(String key) {
    if (key.startsWith(HIDDEN)) {
      int lag = Integer.parseInt(key.substring(HIDDEN.length()));
      return new Measure(key, "hidden, lag " + lag + " (dB)", Better.HIGHER, 1);
    }
    return switch (key) {
      case "visible" -> new Measure(key, "visible (dB)", Better.HIGHER, 1);
      case "first" -> new Measure(key, "first 15 % (dB)", Better.HIGHER, 1);
      case "last" -> new Measure(key, "last 15 % (dB)", Better.HIGHER, 1);
      case "drift" -> new Measure(key, "drift (dB)", Better.LOWER, 1);
      case "signed" -> new Measure(key, "signed over time (dB)", Better.NEAR_ZERO, 1);
      case "signed.generation" ->
          new Measure(key, "signed over generation (dB)", Better.NEAR_ZERO, 1);
      case "sharpness" -> new Measure(key, "sharpness", Better.NEAR_ONE, 2);
      case "contrast" -> new Measure(key, "contrast", Better.NEAR_ONE, 2);
      default -> throw new IllegalArgumentException("no measure has the key '" + key + "'");
    };
  }

  /// A value for people.
  public String show(double value) {
    return title + " " + String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
