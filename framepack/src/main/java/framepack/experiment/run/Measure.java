package framepack.experiment.run;

import framepack.experiment.metric.Quality;
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

  private static final String LAG = ".lag";
  private static final String HIDDEN = "hidden.lag";
  private static final String SIMILARITY = "ssim.lag";
  private static final String SCALES = "ms-ssim.lag";
  private static final String DRIFT = "drift.";
  private static final String SIGNED = "signed.";

  /// What a user's network says, among the qualities.
  public static final String NETWORK = "network";

  /// What is not listed comes first.
  private static final List<String> IN_ORDER =
      List.of(
          "visible",
          "remembered",
          "gain",
          "first",
          "last",
          "drift",
          "signed",
          "signed.generation",
          "sharpness",
          "contrast",
          "ssim.last",
          "ms-ssim.last",
          "network.last",
          "loop",
          "dynamics");

  /// The key of the memory of places last seen `lag` frames ago.
  static String hidden(int lag) {
    return HIDDEN + "%02d".formatted(lag);
  }

  /// The key of the structural similarity of places last seen `lag` frames ago.
  static String similarity(int lag) {
    return SIMILARITY + "%02d".formatted(lag);
  }

  /// The key of the same at several scales, of whole frames.
  static String scales(int lag) {
    return SCALES + "%02d".formatted(lag);
  }

  /// Whether this is the drift of one quality, signed or not.
  public boolean isQuality() {
    return key.startsWith(DRIFT) || isSignedQuality(key);
  }

  private static boolean isSignedQuality(String key) {
    String quality = key.startsWith(SIGNED) ? key.substring(SIGNED.length()) : "";
    return quality.equals(NETWORK) || Quality.keys().contains(quality);
  }

  /// Whether this is end minus start of something.
  public boolean isSigned() {
    return key.startsWith(SIGNED) || key.equals("signed");
  }

  /// Whether this is memory at some lag.
  public boolean isHidden() {
    return key.startsWith(HIDDEN);
  }

  /// Whether this is structural similarity of the hidden part at some lag.
  public boolean isHiddenSimilarity() {
    return key.startsWith(SIMILARITY);
  }

  /// Frames since the hidden part was last seen.
  public int lag() {
    return lag(key);
  }

  private static int lag(String key) {
    return Integer.parseInt(key.substring(key.indexOf(LAG) + LAG.length()));
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
      return new Measure(key, "hidden, lag " + lag(key) + " (dB)", Better.HIGHER, 1);
    }
    if (key.startsWith(SIMILARITY) || key.startsWith(SCALES)) {
      String title = key.startsWith(SCALES) ? "MS-SSIM, lag " : "SSIM hidden, lag ";
      return new Measure(key, title + lag(key), Better.HIGHER, 2);
    }
    if (key.startsWith(DRIFT)) {
      return new Measure(key, "\u0394 " + key.substring(DRIFT.length()), Better.LOWER, 3);
    }
    if (isSignedQuality(key)) {
      String title = "end - start, " + key.substring(SIGNED.length());
      return new Measure(key, title, Better.NEAR_ZERO, 3);
    }
    return switch (key) {
      case "visible" -> new Measure(key, "visible (dB)", Better.HIGHER, 1);
      case "remembered" -> new Measure(key, "remembered (dB)", Better.HIGHER, 1);
      case "gain" -> new Measure(key, "over a still (dB)", Better.HIGHER, 1);
      case "first" -> new Measure(key, "first 15 % (dB)", Better.HIGHER, 1);
      case "last" -> new Measure(key, "last 15 % (dB)", Better.HIGHER, 1);
      case "drift" -> new Measure(key, "drift (dB)", Better.LOWER, 1);
      case "signed" -> new Measure(key, "signed over time (dB)", Better.NEAR_ZERO, 1);
      case "signed.generation" ->
          new Measure(key, "signed over generation (dB)", Better.NEAR_ZERO, 1);
      case "sharpness" -> new Measure(key, "sharpness", Better.NEAR_ONE, 2);
      case "ssim.last" -> new Measure(key, "SSIM, last 15 %", Better.HIGHER, 2);
      case "ms-ssim.last" -> new Measure(key, "MS-SSIM, last 15 %", Better.HIGHER, 2);
      case "network.last" -> new Measure(key, "by the network, last 15 %", Better.LOWER, 3);
      case "loop" -> new Measure(key, "loop (dB)", Better.HIGHER, 1);
      case "dynamics" -> new Measure(key, "dynamics", Better.NEAR_ONE, 2);
      case "contrast" -> new Measure(key, "contrast", Better.NEAR_ONE, 2);
      default -> throw new IllegalArgumentException("no measure has the key '" + key + "'");
    };
  }

  /// A value for people.
  public String show(double value) {
    return title + " " + String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
