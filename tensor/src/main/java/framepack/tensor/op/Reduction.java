package framepack.tensor.op;

/// How [Reduce] combines elements.
public enum Reduction {
  SUM,
  MEAN
}
