package framepack.model.hunyuan;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// A transformer block with shared weights for both streams and attention beside the feed-forward layer
/// (`HunyuanVideoSingleTransformerBlock`).
public final class SingleStreamBlock {
  private final Linear modulation;
  private final Projections heads;
  private final Linear up;
  private final Linear out;
  private final Activation activation;

  SingleStreamBlock(Params params, HunyuanConfig config) {
    int dim = config.dim();
    modulation = Modulation.linear(params, "norm", dim, 1, config.lab().openGates());
    heads = Projections.of(params.scope("attn"), config, "to_q", "to_k", "to_v", "norm_");
    up = Linear.of(params, "proj_mlp", dim, config.mlpDim());
    out = Linear.of(params, "proj_out", dim + config.mlpDim(), dim);
    activation = config.lab().exactGelu() ? Activation.GELU_EXACT : Activation.GELU_TANH;
  }

  /// Both streams, one block further.
  public Streams forward(Streams x, Conditions c) {
    Tensor residual = x.joined(); // [batch, n + m, dim]
    Modulation m = Modulation.of(modulation, c.embedding(), 1)[0];
    Tensor normed = m.modulate(residual);
    Tensor attended = Workspace.scoped(() -> heads(x.split(normed), c).attend(c.attending()));
    Tensor both = Tensor.concat(2, attended, up.forward(normed, activation));
    return x.split(out.forwardGated(both, residual, m.gate()));
  }

  /// Only video tokens are rotated; the projections are shared.
  private Projections.Heads heads(Streams x, Conditions c) {
    Projections.Heads video = heads.video(x.video(), c.phases());
    return x.text() == null ? video : video.then(heads.text(x.text()));
  }
}
