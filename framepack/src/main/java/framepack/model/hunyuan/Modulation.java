package framepack.model.hunyuan;

import framepack.tensor.Tensor;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;

/// Shift, scale and gate of one sub-layer, each [batch, dim] (DiT adaLN-zero, arXiv:2212.09748).
record Modulation(Tensor shift, Tensor scale, Tensor gate) {
  private static final double EPS = 1e-6;

  /// `layerNorm(x) * (1 + scale) + shift`; x [batch, tokens, dim].
  Tensor modulate(Tensor x) {
    return x.modulatedLayerNorm(shift, scale, EPS);
  }

  /// `parts / 3` modulations from the conditioning [batch, dim], in the checkpoint's order shift, scale, gate.
  static Modulation[] of(Linear linear, Tensor conditioning, int count) {
    Tensor[] parts = linear.forward(conditioning).chunk(1, 3 * count);
    Modulation[] modulations = new Modulation[count];
    for (int i = 0; i < count; i++) {
      modulations[i] = new Modulation(parts[3 * i], parts[3 * i + 1], parts[3 * i + 2]);
    }
    return modulations;
  }

  /// The layer that makes `count` modulations. New ones start at zero, or with open gates.
  static Linear linear(Params params, String name, int dim, int count, boolean openGates) {
    Init bias =
        (values, _, _) -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = openGates && i / dim % 3 == 2 ? 1 : 0;
          }
        };
    return Linear.of(params, name + ".linear", dim, 3L * count * dim, Init.ZEROS, bias);
  }
}
