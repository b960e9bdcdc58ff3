package framepack.model.hunyuan;

import framepack.tensor.Tensor;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// The conditioning vector: embeddings of time, guidance and pooled text, added up
/// (`CombinedTimestepGuidanceTextProjEmbeddings`).
public final class TimeTextEmbedding {
  /// Two linear layers with silu between.
  private record Mlp(Linear first, Linear second) {
    static Mlp of(Params params, String name, int in, int dim) {
      Params own = params.scope(name);
      return new Mlp(Linear.of(own, "linear_1", in, dim), Linear.of(own, "linear_2", dim, dim));
    }

    Tensor forward(Tensor x) {
      return second.forward(first.forward(x, Activation.SILU));
    }
  }

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
    time = Mlp.of(params, "timestep_embedder", frequencies, dim);
    guidance = hasGuidance ? Mlp.of(params, "guidance_embedder", frequencies, dim) : null;
    text = pooledDim > 0 ? Mlp.of(params, "text_embedder", pooledDim, dim) : null;
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
