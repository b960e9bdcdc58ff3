package framepack.model.wan;

import framepack.model.Mlp;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.LayerNorm;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// A transformer block: self-attention, attention to text and image without a gate, feed-forward layer
/// (`WanTransformerBlock` of diffusers).
public final class WanBlock {
  private final WanAttention toItself;
  private final WanAttention toText;
  private final LayerNorm norm2;
  private final Mlp ffn;
  private final Tensor table;
  private final double eps;

  WanBlock(Params params, WanConfig config) {
    int dim = config.dim();
    eps = config.eps();
    table = params.getF32("scale_shift_table", Init.normal(1 / Math.sqrt(dim)), 1, 6, dim);
    toItself = WanAttention.of(params.scope("attn1"), config, false);
    toText = WanAttention.of(params.scope("attn2"), config, config.hasImage());
    norm2 = config.crossAttnNorm() ? LayerNorm.of(params, "norm2", dim, eps) : null;
    ffn = Mlp.feedForward(params, "ffn", dim, config.ffnDim(), dim, Activation.GELU_TANH);
  }

  /// Tokens as the attention sees them: what a block cache measures in the first block.
  Tensor modulated(Tensor x, WanConditions c) {
    return modulations(c)[0].modulate(x);
  }

  /// Tokens [batch, tokens, dim], one block further.
  public Tensor forward(Tensor x, WanConditions c) {
    WanModulation[] m = modulations(c);
    Tensor attended = Workspace.scoped(() -> toItself.attend(m[0].modulate(x), c));
    Tensor own = m[0].gated(toItself.out(), attended, x);
    Tensor told = own.add(Workspace.scoped(() -> told(own, c)));
    return m[1].gated(ffn, m[1].modulate(told), told);
  }

  private Tensor told(Tensor x, WanConditions c) {
    Tensor normed = norm2 == null ? x : norm2.forward(x);
    return toText.out().forward(toText.attend(normed, c.text(), c.image()));
  }

  /// Of the attention and of the feed-forward layer.
  private WanModulation[] modulations(WanConditions c) {
    Tensor[] parts = c.modulation().add(table.reshape(1, -1)).chunk(1, 6);
    return new WanModulation[] {
      new WanModulation(parts[0], parts[1], parts[2], eps),
      new WanModulation(parts[3], parts[4], parts[5], eps)
    };
  }
}
