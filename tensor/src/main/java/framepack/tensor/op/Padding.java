package framepack.tensor.op;

/// What [Pad] puts outside the operand.
public enum Padding {
  ZERO,
  REPLICATE
}
