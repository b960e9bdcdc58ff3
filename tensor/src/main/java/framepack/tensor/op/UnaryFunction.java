package framepack.tensor.op;

/// Functions of [Unary]; flops are the usual count for a polynomial evaluation.
public enum UnaryFunction {
  NEG(1),
  ABS(1),
  SQUARE(1),
  SQRT(4),
  RECIPROCAL(4),
  EXP(10),
  LOG(10),
  SIN(10),
  COS(10),
  TANH(12),
  SIGMOID(12),
  /// `x * sigmoid(x)`.
  SILU(13),
  /// `0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x³)))`.
  GELU_TANH(18),
  /// `0.5 x (1 + erf(x / sqrt 2))`.
  GELU_EXACT(18),
  /// `x * sigmoid(1.702 x)`.
  QUICK_GELU(14);

  private final int flops;

  UnaryFunction(int flops) {
    this.flops = flops;
  }

  public int flops() {
    return flops;
  }
}
