package framepack.model.wan;

import framepack.model.Mlp;
import framepack.tensor.Tensor;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// Embeds time, text and image (`WanTimeTextImageEmbedding` of diffusers).
public final class ConditionEmbedder {
  private static final double PERIOD = 10_000;

  private final int freqDim;
  private final Mlp time;
  private final Linear modulation;
  private final Mlp text;
  private final ImageEmbedding image;

  ConditionEmbedder(Params params, WanConfig config) {
    int dim = config.dim();
    freqDim = config.freqDim();
    time = Mlp.embedding(params, "time_embedder", freqDim, dim, Activation.SILU);
    modulation = Linear.of(params, "time_proj", dim, 6L * dim);
    text = Mlp.embedding(params, "text_embedder", config.textDim(), dim, Activation.GELU_TANH);
    image =
        config.hasImage()
            ? ImageEmbedding.of(params.scope("image_embedder"), config.imageDim(), dim)
            : null;
  }

  /// Sinusoids [items, freqDim] of timesteps [items].
  public Tensor sinusoids(Tensor timesteps) {
    return timesteps.timestepEmbedding(freqDim, PERIOD);
  }

  /// The time embedding [items, dim] of sinusoids.
  public Tensor time(Tensor sinusoids) {
    return time.forward(sinusoids);
  }

  /// The modulation of all blocks [items, 6 dim] from the time embedding.
  public Tensor modulation(Tensor embedding) {
    return modulation.forward(embedding.silu());
  }

  /// Text states [batch, tokens, textDim] -> [batch, tokens, dim].
  public Tensor text(Tensor states) {
    return text.forward(states);
  }

  /// Image states [batch, tokens, imageDim] -> [batch, tokens, dim].
  public Tensor image(Tensor states) {
    return image.forward(states);
  }
}
