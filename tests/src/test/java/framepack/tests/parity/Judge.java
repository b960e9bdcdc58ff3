package framepack.tests.parity;

import java.util.Optional;

/// Compares a result with the reference's. `each` false: the error is measured against the largest number of the result.
/// `each` true: every element against itself. NaN and infinities must be where the reference has them.
public record Judge(double budget, boolean each) {
  /// Below this magnitude elements are compared absolutely: f32 has no more digits near its smallest normal number.
  private static final double SMALL = 1e-30;

  /// `max|y - reference| / max|reference| <= budget`.
  public static Judge ofLargest(double budget) {
    return new Judge(budget, false);
  }

  /// `|y - reference| / |reference| <= budget` for every element.
  public static Judge ofEach(double budget) {
    return new Judge(budget, true);
  }

  /// What is wrong, if anything.
  Optional<String> complaint(Result expected, Result actual) {
    if (!expected.spec().equals(actual.spec())) {
      return Optional.of("expected " + expected.spec() + ", got " + actual.spec());
    }
    double[] want = expected.values();
    double[] got = actual.values();
    boolean exact = !expected.spec().dtype().isFloating();
    double largest = largest(want);
    int worst = -1;
    double worstError = 0;
    for (int i = 0; i < want.length; i++) {
      double scale = each ? Math.max(Math.abs(want[i]), SMALL) : largest;
      double error = error(want[i], got[i], scale);
      if (error > (exact ? 0 : budget) && (worst < 0 || error > worstError)) {
        worst = i;
        worstError = error;
      }
    }
    return worst < 0
        ? Optional.empty()
        : Optional.of(
            "element %d of %s: got %s, expected %s; error %.3g, budget %.3g"
                .formatted(
                    worst,
                    expected.spec(),
                    got[worst],
                    want[worst],
                    worstError,
                    exact ? 0 : budget));
  }

  private static double error(double want, double got, double scale) {
    if (Double.compare(want, got) == 0 || want == got) {
      return 0;
    }
    double error = Math.abs(got - want) / scale;
    return Double.isFinite(want) && Double.isFinite(error) ? error : Double.POSITIVE_INFINITY;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest == 0 ? 1 : largest;
  }
}
