package framepack.model.hunyuan;

import framepack.model.Mlp;
import framepack.tensor.Tensor;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// A transformer block in which video and text have their own weights and attend jointly
/// (`HunyuanVideoTransformerBlock`). Without text it is a DiT block.
public final class DoubleStreamBlock {
  /// One stream's modulation and feed-forward layer.
  private record Side(Linear modulation, Mlp mlp) {
    Modulation[] modulations(Conditions c) {
      return Modulation.of(modulation, c.embedding(), 2);
    }

    /// The two residual steps of a stream: attention output, then feed-forward.
    Tensor residual(Tensor x, Tensor attended, Linear out, Modulation[] m) {
      Tensor middle = out.forwardGated(attended, x, m[0].gate());
      return mlp.forwardGated(m[1].modulate(middle), middle, m[1].gate());
    }
  }

  private final DoubleStreamAttention attention;
  private final Side video;
  private final Side text;

  DoubleStreamBlock(Params params, HunyuanConfig config) {
    attention = DoubleStreamAttention.of(params.scope("attn"), config);
    video = side(params, config, "norm1", "ff");
    text = config.hasText() ? side(params, config, "norm1_context", "ff_context") : null;
  }

  private static Side side(Params params, HunyuanConfig config, String norm, String mlp) {
    Activation gelu = config.lab().exactGelu() ? Activation.GELU_EXACT : Activation.GELU_TANH;
    return new Side(
        Modulation.linear(params, norm, config.dim(), 2, config.lab().openGates()),
        Mlp.feedForward(params, mlp, config.dim(), config.mlpDim(), config.dim(), gelu));
  }

  /// Video tokens as the first block's attention sees them: what TeaCache measures.
  Tensor modulated(Tensor x, Conditions c) {
    return video.modulations(c)[0].modulate(x);
  }

  /// Both streams, one block further.
  public Streams forward(Streams x, Conditions c) {
    Modulation[] v = video.modulations(c);
    if (text == null) {
      Streams attended = attention.attend(new Streams(v[0].modulate(x.video()), null), c);
      return new Streams(
          video.residual(x.video(), attended.video(), attention.videoOut(), v), null);
    }
    Modulation[] t = text.modulations(c);
    Streams attended =
        attention.attend(new Streams(v[0].modulate(x.video()), t[0].modulate(x.text())), c);
    return new Streams(
        video.residual(x.video(), attended.video(), attention.videoOut(), v),
        text.residual(x.text(), attended.text(), attention.textOut(), t));
  }
}
