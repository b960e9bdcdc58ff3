package framepack.tensor.op;

/// How [Reduce] combines elements.
public enum Reduction {
  SUM,
  /// Of the elements' squares: what a norm is the root of.
  SUM_OF_SQUARES,
  MEAN
}
