package framepack.model.hunyuan;

import framepack.model.Mlp;
import framepack.tensor.Tensor;
import framepack.tensor.nn.LayerNorm;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import java.util.ArrayList;
import java.util.List;

/// Refines text states before they join the video (`HunyuanVideoTokenRefiner`): self-attention blocks gated by time and
/// mean text. Runs on the whole padded text under its mask.
public final class TokenRefiner {
  private static final double EPS = 1e-6;
  private static final double MLP_RATIO = 4; // fixed by the official code, whatever mlp_ratio says

  /// A block whose modulation consists of gates only.
  public static final class Block {
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final Mlp mlp;
    private final Linear gates;
    private final int heads;

    private Block(Params params, HunyuanConfig config) {
      int dim = config.dim();
      norm1 = LayerNorm.of(params, "norm1", dim, EPS);
      norm2 = LayerNorm.of(params, "norm2", dim, EPS);
      Params attention = params.scope("attn");
      query = Linear.of(attention, "to_q", dim, dim);
      key = Linear.of(attention, "to_k", dim, dim);
      value = Linear.of(attention, "to_v", dim, dim);
      out = Linear.of(attention, "to_out.0", dim, dim);
      mlp = Mlp.feedForward(params, "ff", dim, (int) (dim * MLP_RATIO), dim, Activation.SILU);
      gates = Linear.of(params, "norm_out.linear", dim, 2L * dim);
      heads = config.heads();
    }

    /// x [batch, tokens, dim], embedding [batch, dim], mask BOOL [batch, 1, tokens, tokens].
    public Tensor forward(Tensor x, Tensor embedding, Tensor mask) {
      Tensor[] gate = gates.forward(embedding.silu()).chunk(1, 2);
      Tensor normed = norm1.forward(x);
      Tensor attended =
          split(query.forward(normed))
              .attentionMasked(split(key.forward(normed)), split(value.forward(normed)), mask)
              .reshape(x.shape().toArray());
      Tensor middle = out.forwardGated(attended, x, gate[0]);
      return mlp.forwardGated(norm2.forward(middle), middle, gate[1]);
    }

    private Tensor split(Tensor x) {
      return x.reshape(x.extent(0), x.extent(1), heads, -1);
    }
  }

  private final TimeTextEmbedding timeText;
  private final Linear in;
  private final List<Block> blocks = new ArrayList<>();

  TokenRefiner(Params params, HunyuanConfig config) {
    timeText =
        new TimeTextEmbedding(params.scope("time_text_embed"), config, false, config.textDim());
    in = Linear.of(params, "proj_in", config.textDim(), config.dim());
    for (int i = 0; i < config.refinerLayers(); i++) {
      blocks.add(new Block(params.scope("token_refiner.refiner_blocks." + i), config));
    }
  }

  /// The projection into the model's channels.
  public Tensor project(Tensor states) {
    return in.forward(states);
  }

  /// The blocks in order.
  public List<Block> blocks() {
    return blocks;
  }

  /// The conditioning of the blocks [batch, dim]: time and the masked mean of the text states.
  public Tensor embedding(TextStates text, Tensor timestep) {
    Tensor weights = text.meanWeights(); // [batch, tokens, 1]
    return timeText.forward(timestep, null, text.states().mul(weights).sum(1));
  }

  /// states [batch, tokens, textDim] -> [batch, tokens, dim].
  public Tensor forward(TextStates text, Tensor timestep) {
    Tensor embedding = embedding(text, timestep);
    Tensor mask = text.attentionMask();
    Tensor x = project(text.states());
    for (Block block : blocks) {
      x = block.forward(x, embedding, mask);
    }
    return x;
  }
}
