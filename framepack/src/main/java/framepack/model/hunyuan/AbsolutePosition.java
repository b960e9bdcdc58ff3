package framepack.model.hunyuan;

import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.core.Shape;

/// Sin-cos embedding of a noisy token's place (y, x) and, if wanted, of its frame within the section: what lets a small
/// model learn in a minute. Off in the released models.
final class AbsolutePosition {
  private static final double PERIOD = 100;

  private AbsolutePosition() {}

  /// [1, before + tokens, dim], zero for the `before` context tokens.
  static Tensor of(HunyuanConfig config, Shape latents, long before) {
    boolean time = config.lab().position() == HunyuanConfig.Position.SPACE_TIME;
    PatchKernel p = config.patch();
    int frames = Math.toIntExact(latents.extent(2) / p.t());
    int height = Math.toIntExact(latents.extent(3) / p.h());
    int width = Math.toIntExact(latents.extent(4) / p.w());
    int dim = config.dim();
    int share = dim / (time ? 3 : 2) / 2 * 2;
    long tokens = before + (long) frames * height * width;
    return Tensor.filled(
        values -> {
          int at = Math.toIntExact(before * dim);
          for (int t = 0; t < frames; t++) {
            for (int y = 0; y < height; y++) {
              for (int x = 0; x < width; x++, at += dim) {
                encode(values, at, share, y);
                encode(values, at + share, share, x);
                if (time) {
                  encode(values, at + 2 * share, share, t);
                }
              }
            }
          }
        },
        1,
        tokens,
        dim);
  }

  private static void encode(float[] values, int at, int channels, int position) {
    int half = channels / 2;
    for (int j = 0; j < half; j++) {
      double angle = position * Math.pow(PERIOD, -(double) j / half);
      values[at + j] = (float) Math.sin(angle);
      values[at + half + j] = (float) Math.cos(angle);
    }
  }
}
