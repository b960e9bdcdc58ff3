package framepack.order;

/// Joins decoded pixel windows with a linear cross-fade (diffusers_helper/utils.py,
/// `soft_append_bcthw`).
public final class SoftAppend {
  private SoftAppend() {}

  /// Weights of the earlier pixels over the overlap: `linspace(1, 0, overlap)`; `[1]` for one frame.
  public static float[] weights(int overlap) {
    float[] weights = new float[overlap];
    float step = overlap > 1 ? -1f / (overlap - 1) : 0f;
    for (int i = 0; i < overlap; i++) {
      // from both ends, as torch.linspace does, so that the middle rounds alike
      weights[i] = i < overlap / 2 || overlap == 1 ? 1 + step * i : -step * (overlap - 1 - i);
    }
    return weights;
  }

  /// Appends `current` to `history`, blending the last and first `overlap` frames.
  ///
  /// @param history pixels `[rows, frames, plane]`, rows = batch · channels, plane = height · width
  /// @param current pixels `[rows, frames, plane]`, usually with another number of frames
  /// @param overlap shared frames; 0 or less means plain concatenation
  /// @return pixels `[rows, historyFrames + currentFrames - overlap, plane]`
  public static float[] join(float[] history, float[] current, int rows, int plane, int overlap) {
    int before = frames("history", history, rows, plane, overlap);
    int after = frames("current", current, rows, plane, overlap);
    int shared = Math.max(overlap, 0);
    float[] weights = weights(shared);
    int total = before + after - shared;
    float[] joined = new float[Math.toIntExact((long) rows * total * plane)];
    for (int row = 0; row < rows; row++) {
      int out = row * total * plane;
      int left = row * before * plane;
      int right = row * after * plane;
      System.arraycopy(history, left, joined, out, before * plane);
      int tail = out + before * plane;
      System.arraycopy(current, right + shared * plane, joined, tail, (after - shared) * plane);
      for (int i = 0; i < shared * plane; i++) {
        float weight = weights[i / plane];
        int at = out + (before - shared) * plane + i;
        joined[at] = weight * joined[at] + (1 - weight) * current[right + i];
      }
    }
    return joined;
  }

  private static int frames(String name, float[] pixels, int rows, int plane, int overlap) {
    if (rows < 1 || plane < 1 || pixels.length % ((long) rows * plane) != 0) {
      throw new IllegalArgumentException(
          "soft append: %s has %d values, expected a multiple of rows %d x plane %d"
              .formatted(name, pixels.length, rows, plane));
    }
    int frames = pixels.length / (rows * plane);
    if (frames < overlap) {
      throw new IllegalArgumentException(
          "soft append: %s has %d frames, fewer than the overlap of %d"
              .formatted(name, frames, overlap));
    }
    return frames;
  }
}
