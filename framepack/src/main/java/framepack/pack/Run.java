package framepack.pack;

import java.util.Objects;

/// Consecutive history frames that share one kernel: `f16k4` in a name.
///
/// @param frames number of latent frames, at least 1
/// @param kernel the kernel that patchifies them
/// @param notation how the name spells the kernel
public record Run(int frames, PatchKernel kernel, Notation notation) {
  /// Largest accepted frame count.
  public static final int MAX_FRAMES = 1_000_000;

  /// How a kernel is written. `SPATIAL` levels are Lyra's memory slots.
  public enum Notation {
    /// `k4`: `(4, 8, 8)`
    CUBIC,
    /// `k4h8w8`: every extent spelled out
    LONG,
    /// `s4`: `(1, 8, 8)`
    SPATIAL
  }

  public Run {
    Objects.requireNonNull(kernel, "kernel");
    Objects.requireNonNull(notation, "notation");
    if (frames < 1 || frames > MAX_FRAMES) {
      throw new IllegalArgumentException(
          "run f%d%s: the frame count must lie in 1..%d".formatted(frames, kernel, MAX_FRAMES));
    }
    if (notation == Notation.CUBIC && !kernel.isCubic()) {
      throw new IllegalArgumentException(
          "run f%d%s: only (k, 2k, 2k) has the short form".formatted(frames, kernel));
    }
    if (notation == Notation.SPATIAL && !isSpatial(kernel)) {
      throw new IllegalArgumentException(
          "run f%d%s: only (1, 2s, 2s) has the form 's'".formatted(frames, kernel));
    }
  }

  /// A run in the shortest `k` notation.
  public Run(int frames, PatchKernel kernel) {
    this(frames, kernel, kernel.isCubic() ? Notation.CUBIC : Notation.LONG);
  }

  /// Tokens of this run for latent frames of `height x width`.
  public long tokens(int height, int width) {
    return kernel.tokens(frames, height, width);
  }

  /// Cost in units of `L_f`, before padding: `frames / rate`.
  public double ideal() {
    return frames / kernel.rate();
  }

  Run shortest() {
    return notation == Notation.LONG ? new Run(frames, kernel) : this;
  }

  private static boolean isSpatial(PatchKernel kernel) {
    return kernel.t() == 1 && kernel.h() == kernel.w() && kernel.h() % 2 == 0;
  }

  @Override
  public String toString() {
    return "f"
        + frames
        + switch (notation) {
          case CUBIC -> kernel.toString();
          case LONG -> kernel.longName();
          case SPATIAL -> "s" + kernel.h() / 2;
        };
  }
}
