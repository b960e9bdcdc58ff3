package framepack.model.wan;

import framepack.model.Mlp;
import framepack.tensor.Tensor;
import framepack.tensor.nn.Linear;

/// Shift, scale and gate of one sub-layer, each [items, dim]: of a batch item, or of a token.
record WanModulation(Tensor shift, Tensor scale, Tensor gate, double eps) {
  /// `layerNorm(x) * (1 + scale) + shift`; x [batch, tokens, dim].
  Tensor modulate(Tensor x) {
    return perItem(x).modulatedLayerNorm(shift, scale, eps).reshape(x.shape().toArray());
  }

  /// `residual + gate * layer(x)`; x and residual [batch, tokens, dim].
  Tensor gated(Linear layer, Tensor x, Tensor residual) {
    return layer
        .forwardGated(perItem(x), perItem(residual), gate)
        .reshape(residual.shape().toArray());
  }

  /// The same through a feed-forward layer.
  Tensor gated(Mlp layer, Tensor x, Tensor residual) {
    return layer
        .forwardGated(perItem(x), perItem(residual), gate)
        .reshape(residual.shape().toArray());
  }

  /// [batch, tokens, dim] as [items, tokens of an item, dim].
  private Tensor perItem(Tensor x) {
    return x.reshape(shift.extent(0), -1, x.extent(2));
  }
}
