package framepack.tensor.op;

/// Operators of [Binary].
public enum BinaryOperator {
  ADD,
  SUB,
  MUL,
  DIV,
  MAX,
  MIN
}
