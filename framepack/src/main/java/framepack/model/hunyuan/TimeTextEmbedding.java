package framepack.model.hunyuan;

import framepack.model.Mlp;
import framepack.tensor.Tensor;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// The conditioning vector: embeddings of time, guidance and pooled text, added up
/// (`CombinedTimestepGuidanceTextProjEmbeddings`).
public final class TimeTextEmbedding {
  private final Mlp time;
  private final Mlp guidance;
  private final Mlp text;
  private final int frequencies;
  private final double period;

  /// @param pooledDim channels of the pooled text, 0 for none
  TimeTextEmbedding(Params params, HunyuanConfig config, boolean hasGuidance, int pooledDim) {
    frequencies = config.lab().timeFrequencies();
    period = config.lab().timePeriod();
    int dim = config.dim();
    time = embedding(params, "timestep_embedder", frequencies, dim);
    guidance = hasGuidance ? embedding(params, "guidance_embedder", frequencies, dim) : null;
    text = pooledDim > 0 ? embedding(params, "text_embedder", pooledDim, dim) : null;
  }

  private static Mlp embedding(Params params, String name, int in, int dim) {
    return Mlp.embedding(params, name, in, dim, Activation.SILU);
  }

  /// Sinusoids [batch, frequencies] of a scalar per item.
  public Tensor sinusoids(Tensor scalar) {
    return scalar.timestepEmbedding(frequencies, period);
  }

  /// The embedding of time alone, from its sinusoids.
  public Tensor time(Tensor timestep) {
    return time.forward(sinusoids(timestep));
  }

  /// The embedding of the guidance scale alone.
  public Tensor guidance(Tensor scale) {
    return guidance.forward(sinusoids(scale));
  }

  /// The embedding of pooled text alone.
  public Tensor text(Tensor pooled) {
    return text.forward(pooled);
  }

  /// timestep and guidance [batch] (times 1000), pooled [batch, pooledDim] -> [batch, dim].
  public Tensor forward(Tensor timestep, Tensor guidanceScale, Tensor pooled) {
    Tensor sum = time(timestep);
    if (guidance != null) {
      sum = sum.add(guidance(guidanceScale));
    }
    return text == null ? sum : sum.add(text(pooled));
  }
}
