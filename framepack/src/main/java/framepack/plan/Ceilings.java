package framepack.plan;

/// What a machine can do, measured, and how well that predicts.
///
/// @param sampling how a small model's forward pass was predicted
/// @param training how a small model's training step was predicted
public record Ceilings(Machine machine, Rates rates, Check sampling, Check training) {
  /// A prediction held against the clock, in seconds.
  public record Check(double predicted, double measured) {
    /// `predicted / measured - 1`: negative where it took longer than predicted.
    public double error() {
      return predicted / measured - 1;
    }
  }
}
