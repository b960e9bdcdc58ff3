package framepack.tensor.nn;

import framepack.tensor.Tensor;
import framepack.tensor.op.Activation;

/// `y = x · weightᵀ + bias`: weight [out, in], bias [out] or null.
public record Linear(Tensor weight, Tensor bias) {
  /// The layer `name` with a bias; Glorot weights where it is new.
  public static Linear of(Params params, String name, long in, long out) {
    return of(params, name, in, out, Init.XAVIER, Init.ZEROS);
  }

  public static Linear of(Params params, String name, long in, long out, Init weight, Init bias) {
    Params own = params.scope(name);
    return new Linear(own.matrix("weight", weight, out, in), own.getF32("bias", bias, out));
  }

  /// x [..., in] -> [..., out].
  public Tensor forward(Tensor x) {
    return forward(x, Activation.NONE);
  }

  /// With a fused activation.
  public Tensor forward(Tensor x, Activation activation) {
    return x.linear(weight, bias, activation);
  }

  /// `residual + gate * forward(x)`: x [batch, tokens, in], gate [batch, out].
  public Tensor forwardGated(Tensor x, Tensor residual, Tensor gate) {
    return x.linearGated(weight, bias, residual, gate);
  }
}
