package framepack.model.wan;

import framepack.tensor.Tensor;

/// Wan's rotary phases: positions count from 0 on every axis, height and width get `2 (head / 6)` channels each, time the
/// rest; frequencies and angles in double precision, rounded once (diffusers `WanRotaryPosEmbed`).
///
/// @param head size of a head, even
public record WanRope(int head, double theta) {
  /// Cosines and sines, each [tokens, head], every frequency twice in a row; token order t, h, w.
  public record Tables(Tensor cos, Tensor sin) {}

  public WanRope {
    if (head < 6 || head % 2 != 0) {
      throw new IllegalArgumentException("rope: expected an even head of at least 6, got " + head);
    }
  }

  /// Tables for a grid of tokens (latent size over patch size).
  public Tables tables(int frames, int height, int width) {
    int space = 2 * (head / 6);
    int time = head - 2 * space;
    int tokens = Math.multiplyExact(Math.multiplyExact(frames, height), width);
    float[] cos = new float[Math.multiplyExact(tokens, head)];
    float[] sin = new float[cos.length];
    for (int token = 0; token < tokens; token++) {
      int at = token * head;
      fill(cos, sin, at, time, token / (height * width));
      fill(cos, sin, at + time, space, token / width % height);
      fill(cos, sin, at + time + space, space, token % width);
    }
    return new Tables(Tensor.of(cos, tokens, head), Tensor.of(sin, tokens, head));
  }

  private void fill(float[] cos, float[] sin, int at, int dim, int position) {
    for (int j = 0; j < dim; j += 2) {
      double angle = position / Math.pow(theta, (double) j / dim);
      cos[at + j] = cos[at + j + 1] = (float) Math.cos(angle);
      sin[at + j] = sin[at + j + 1] = (float) Math.sin(angle);
    }
  }
}
