package framepack.tensor.op;

import java.util.Optional;

/// Activation in the epilogue of [Linear].
public enum Activation {
  NONE(null),
  SILU(UnaryFunction.SILU),
  GELU_TANH(UnaryFunction.GELU_TANH),
  GELU_EXACT(UnaryFunction.GELU_EXACT);

  private final UnaryFunction function;

  Activation(UnaryFunction function) {
    this.function = function;
  }

  /// The same function as a [Unary], empty for [#NONE].
  public Optional<UnaryFunction> function() {
    return Optional.ofNullable(function);
  }

  public int flops() {
    return function == null ? 0 : function.flops();
  }
}
