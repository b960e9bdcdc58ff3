package framepack.model;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// Two linear layers with an activation between.
public record Mlp(Linear up, Linear down, Activation activation) {
  /// Named as in diffusers' `FeedForward`: `net.0.proj`, `net.2`.
  public static Mlp feedForward(
      Params params, String name, int in, int hidden, int out, Activation activation) {
    return of(params.scope(name), "net.0.proj", "net.2", in, hidden, out, activation);
  }

  /// Named as in diffusers' `TimestepEmbedding` and `PixArtAlphaTextProjection`: `linear_1`, `linear_2`.
  public static Mlp embedding(Params params, String name, int in, int dim, Activation activation) {
    return of(params.scope(name), "linear_1", "linear_2", in, dim, dim, activation);
  }

  private static Mlp of(
      Params own, String up, String down, int in, int hidden, int out, Activation activation) {
    return new Mlp(Linear.of(own, up, in, hidden), Linear.of(own, down, hidden, out), activation);
  }

  /// x [..., in] -> [..., out].
  public Tensor forward(Tensor x) {
    return down.forward(up.forward(x, activation));
  }

  /// `residual + gate * forward(x)`; x [batch, tokens, in], residual [batch, tokens, out], gate [batch, out].
  public Tensor forwardGated(Tensor x, Tensor residual, Tensor gate) {
    return Workspace.scoped(() -> down.forwardGated(up.forward(x, activation), residual, gate));
  }
}
