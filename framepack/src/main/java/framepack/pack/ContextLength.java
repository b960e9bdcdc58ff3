package framepack.pack;

/// The paper's length algebra (§3, eq. 1 and 2); `F_0` is the most important history frame.
public final class ContextLength {
  private ContextLength() {}

  /// Tokens of history frame `i`, paper eq. (1): `φ(F_i) = L_f / λ^i`.
  public static double ofFrame(int i, double perFrame, double lambda) {
    return perFrame / Math.pow(requireShrinking(lambda), i);
  }

  /// Packed context length, paper eq. (2): `L = S·L_f + L_f · Σ_{i<T} λ^-i`, bounded as T grows.
  public static double packed(int generated, double perFrame, double lambda, int history) {
    double ratio = 1 / requireShrinking(lambda);
    return perFrame * (generated + (1 - Math.pow(ratio, history)) / (1 - ratio));
  }

  /// `(S + λ/(λ-1)) · L_f`, the bound of `packed`. (The paper prints it without `L_f`.)
  public static double bound(int generated, double perFrame, double lambda) {
    return perFrame * (generated + requireShrinking(lambda) / (lambda - 1));
  }

  /// Length without packing: `L_f · (T + S)`.
  public static double unpacked(int generated, double perFrame, int history) {
    return perFrame * (generated + history);
  }

  /// How often each term `2^-j`, `j = 0..bits`, of the λ = 2 series is used for a wanted history
  /// length in `L_f` (paper §3.1, arbitrary rates).
  ///
  /// The plain series sums to 2. Above 2 the binary digits of the excess say which terms to
  /// duplicate, below 2 those of the deficit say which to drop: 2.625 uses 1/2 and 1/8 twice.
  ///
  /// @throws IllegalArgumentException if the rate is not in `(0, 4)` or needs more digits
  public static int[] multiplicities(double rate, int bits) {
    double scaled = (rate - 2) * (1L << bits);
    if (!(rate > 0 && rate < 4) || scaled != Math.rint(scaled)) {
      throw new IllegalArgumentException(
          "history length %s L_f: expected a value in (0, 4) with at most %d binary digits"
              .formatted(rate, bits));
    }
    long digits = Math.abs((long) scaled);
    int change = scaled < 0 ? -1 : 1;
    int[] uses = new int[bits + 1];
    for (int j = 0; j <= bits; j++) {
      uses[j] = 1 + change * (int) (digits >> (bits - j) & 1);
    }
    return uses;
  }

  private static double requireShrinking(double lambda) {
    if (!(lambda > 1)) {
      throw new IllegalArgumentException("lambda must be greater than 1, got " + lambda);
    }
    return lambda;
  }
}
