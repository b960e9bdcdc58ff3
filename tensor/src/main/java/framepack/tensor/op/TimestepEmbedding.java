package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Sinusoidal embedding of a scalar: t [batch] -> [batch, dim], cosines first, then sines, a zero last where `dim` is odd;
/// frequencies `exp(-ln(maxPeriod)·i/half)` (diffusers `get_timestep_embedding` with `flip_sin_to_cos=True,
/// downscale_freq_shift=0`). In f32 every intermediate is rounded as PyTorch rounds it, for timesteps and guidance scales
/// up to 10,000 make every ulp of a frequency count.
public record TimestepEmbedding(int dim, double maxPeriod) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Rules.require(this, in.get(0).shape().rank() == 1, "t [batch]", in);
    return List.of(new Spec(in.get(0).dtype(), Shape.of(in.get(0).shape().extent(0), dim)));
  }

  @Override
  public double flops(List<Spec> in) {
    return 20.0 * dim * in.get(0).shape().elements();
  }

  /// The `dim / 2` frequencies of f32 embeddings; an angle is `t · frequency`, rounded to f32.
  public float[] frequencies() {
    float[] all = new float[dim / 2];
    for (int i = 0; i < all.length; i++) {
      all[i] = SleefExp.exp((float) -Math.log(maxPeriod) * i / all.length);
    }
    return all;
  }
}
