package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.TimestepEmbedding;

/// y[b, i] = cos(t[b] f_i), y[b, half + i] = sin(t[b] f_i), f_i = exp(-ln(maxPeriod) i / half)
///
/// shapes  : t [batch] any layout; y [batch, dim] dense, its last column zero where dim is odd
/// assumes : nothing; a few thousand elements at most, one thread
/// error   : frequencies and angles rounded to f32 as PyTorch does
/// work    : one sine or cosine in double an element
/// source  : diffusers get_timestep_embedding(flip_sin_to_cos=True, downscale_freq_shift=0)
final class TimestepEmbeddingCpu {
  private TimestepEmbeddingCpu() {}

  static void run(TimestepEmbedding op, Call call) {
    View t = call.dense(0);
    View y = call.out(0);
    float[] frequencies = op.frequencies();
    int half = frequencies.length;
    for (long row = 0; row < t.shape().extent(0); row++) {
      float time = Floats.get(t.segment(), t.byteOffset() + 4 * row);
      long at = y.byteOffset() + 4 * row * op.dim();
      for (int i = 0; i < half; i++) {
        float angle = time * frequencies[i];
        Floats.set(y.segment(), at + 4L * i, (float) Math.cos(angle));
        Floats.set(y.segment(), at + 4L * (half + i), (float) Math.sin(angle));
      }
      if (op.dim() % 2 != 0) {
        Floats.set(y.segment(), at + 4L * (op.dim() - 1), 0);
      }
    }
  }
}
