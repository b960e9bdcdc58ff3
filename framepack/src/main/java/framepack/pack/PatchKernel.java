package framepack.pack;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A patchify kernel `(t, h, w)` in latent elements; its stride equals its size (paper §3.1).
///
/// The base kernel of HunyuanVideo and Wan is `(1, 2, 2)`. Rates are relative to it: `k2` has rate 8.
/// (The paper equates `λ^i` with the absolute volume; that is off by a factor of 4, see
/// `docs/packing.md`.)
public record PatchKernel(int t, int h, int w) {
  /// Largest accepted extent; keeps every volume far inside `long`.
  public static final int MAX_EXTENT = 4096;

  /// `(1, 2, 2)`, the kernel of the noisy frames; its token count for one frame is `L_f`.
  public static final PatchKernel BASE = new PatchKernel(1, 2, 2);

  /// The largest kernel that owns weights; beyond it latents are average pooled first.
  private static final int LARGEST_CUBIC_LAYER = 8;

  private static final Pattern CUBIC = Pattern.compile("k([1-9]\\d{0,4})");
  private static final Pattern SPELLED =
      Pattern.compile("k([1-9]\\d{0,4})h([1-9]\\d{0,4})w([1-9]\\d{0,4})");
  private static final Pattern SPATIAL = Pattern.compile("s([1-9]\\d{0,4})");

  /// Size of the average pooling of RoPE phases that belongs to a kernel, in base tokens.
  public record Pool(int t, int h, int w) {}

  public PatchKernel {
    if (t < 1 || h < 1 || w < 1 || t > MAX_EXTENT || h > MAX_EXTENT || w > MAX_EXTENT) {
      throw new IllegalArgumentException(
          "patch kernel (%d, %d, %d): every extent must lie in 1..%d"
              .formatted(t, h, w, MAX_EXTENT));
    }
  }

  /// `k1 = (1, 2, 2)`, `k2 = (2, 4, 4)`, `k4 = (4, 8, 8)`, ...
  public static PatchKernel cubic(int k) {
    return new PatchKernel(k, 2 * k, 2 * k);
  }

  /// `s1 = (1, 2, 2)`, `s2 = (1, 4, 4)`, ...: compressed in space only (Lyra 2).
  public static PatchKernel spatial(int s) {
    return new PatchKernel(1, 2 * s, 2 * s);
  }

  /// Reads `k4`, `k4h8w8` or `s2`, as names of packings write kernels.
  ///
  /// @throws IllegalArgumentException one line: what was given and what was expected
  public static PatchKernel parse(String text) {
    Matcher cubic = CUBIC.matcher(text);
    if (cubic.matches()) {
      return cubic(Integer.parseInt(cubic.group(1)));
    }
    Matcher spelled = SPELLED.matcher(text);
    if (spelled.matches()) {
      return new PatchKernel(
          Integer.parseInt(spelled.group(1)),
          Integer.parseInt(spelled.group(2)),
          Integer.parseInt(spelled.group(3)));
    }
    Matcher spatial = SPATIAL.matcher(text);
    if (spatial.matches()) {
      return spatial(Integer.parseInt(spatial.group(1)));
    }
    throw new IllegalArgumentException(
        "kernel '%s': expected k<K> such as k8, k<T>h<H>w<W> such as k1h4w8, or s<S> such as s2"
            .formatted(PackSpecException.quote(text)));
  }

  /// True for `k1`, `k2`, `k4`, ...: the kernels that have a short name.
  public boolean isCubic() {
    return h == 2 * t && w == 2 * t;
  }

  /// Compression relative to the base kernel: 1, 8, 64, 512, 4096 for `k1 k2 k4 k8 k16`.
  public double rate() {
    return (double) t * h * w / 4;
  }

  /// Tokens of a latent `[frames, height, width]`, padded up to whole kernels as the code does.
  public long tokens(int frames, int height, int width) {
    return Math.ceilDiv(frames, t) * (long) Math.ceilDiv(height, h) * Math.ceilDiv(width, w);
  }

  /// The pooling that turns base-grid RoPE phases into this kernel's phases.
  public Pool pool() {
    if (h % 2 != 0 || w % 2 != 0) {
      throw new IllegalArgumentException(
          "patch kernel %s: RoPE phases live on the (1,2,2) grid, so h and w must be even"
              .formatted(this));
    }
    return new Pool(t, h / 2, w / 2);
  }

  /// The kernel whose projection encodes this level: itself, or `k8` for `k16`, `k32`, ...
  /// (paper §3.1: downsample first, then the `(8, 16, 16)` layer).
  public PatchKernel layer() {
    return halvings() == 0 ? this : cubic(t >> halvings());
  }

  /// How often the latents are average pooled by 2x2x2 before `layer()` sees them.
  public int halvings() {
    int count = 0;
    for (int k = t; isCubic() && k > LARGEST_CUBIC_LAYER && k % 2 == 0; k /= 2) {
      count++;
    }
    return count;
  }

  /// `k4` for cubic kernels, otherwise the long form `k1h8w8`.
  @Override
  public String toString() {
    return isCubic() ? "k" + t : longName();
  }

  String longName() {
    return "k" + t + "h" + h + "w" + w;
  }
}
