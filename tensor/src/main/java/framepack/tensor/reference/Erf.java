package framepack.tensor.reference;

/// The error function, which the JDK lacks.
final class Erf {
  private Erf() {}

  /// `2/sqrt(pi) exp(-x²) Σ 2^n x^(2n+1) / (2n+1)!!`: terms of one sign, so nothing cancels; 1 beyond 6 where the rest is
  /// below 3e-17. Abramowitz and Stegun 7.1.6.
  static double of(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
