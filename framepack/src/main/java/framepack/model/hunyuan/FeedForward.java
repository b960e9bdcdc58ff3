package framepack.model.hunyuan;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// Two linear layers with an activation between, named as diffusers' `FeedForward`.
record FeedForward(Linear up, Linear down, Activation activation) {
  static FeedForward of(Params params, String name, int dim, int hidden, Activation activation) {
    Params own = params.scope(name);
    return new FeedForward(
        Linear.of(own, "net.0.proj", dim, hidden),
        Linear.of(own, "net.2", hidden, dim),
        activation);
  }

  /// `residual + gate * mlp(x)`; x and residual [batch, tokens, dim], gate [batch, dim].
  Tensor forwardGated(Tensor x, Tensor residual, Tensor gate) {
    return Workspace.scoped(() -> down.forwardGated(up.forward(x, activation), residual, gate));
  }
}
