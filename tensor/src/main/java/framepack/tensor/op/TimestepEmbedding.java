package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Sinusoidal embedding of a scalar: t [batch] -> [batch, dim], cosines first, then sines, a zero last where `dim` is odd;
/// frequencies `exp(-ln(maxPeriod)·i/half)` rounded to f32 as the checkpoints were trained (diffusers `get_timestep_embedding`
/// with `flip_sin_to_cos=True, downscale_freq_shift=0`).
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

  @Override
  public double budget() {
    return 1e-3;
  }
}
