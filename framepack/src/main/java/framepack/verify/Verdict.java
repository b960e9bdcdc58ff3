package framepack.verify;

/// What came of one tensor of a case.
///
/// @param tensor its name, such as `out.latents`
/// @param error largest difference, relative to the largest reference value unless the kind is absolute; NaN where the
///     tensors cannot be compared
/// @param tolerance largest error that passes; 0 for integers
/// @param note why, where the numbers do not say it; else empty
public record Verdict(String tensor, Outcome outcome, double error, double tolerance, String note) {
  /// How a comparison ended.
  public enum Outcome {
    PASS,
    MISS,
    /// An intermediate value that our code does not have; no fault.
    NOT_PRODUCED
  }

  static Verdict miss(String tensor, double tolerance, String note) {
    return new Verdict(tensor, Outcome.MISS, Double.NaN, tolerance, note);
  }
}
