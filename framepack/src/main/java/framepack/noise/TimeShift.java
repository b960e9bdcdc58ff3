package framepack.noise;

/// Moves noise levels towards noise, the more the larger the video: `sigma = e^mu / (e^mu + 1/t - 1)`, which is
/// `s t / (1 + (s - 1) t)` for the shift `s = e^mu` (arXiv:2403.03206 §5.3.2; flux_time_shift of
/// k_diffusion_hunyuan.py).
///
/// @param mu natural logarithm of the shift
public record TimeShift(double mu) {
  /// The line that gives mu from the number of tokens, and its cap.
  ///
  /// @param x1 tokens where mu is `y1`; as `x2`, `y2`
  /// @param largestShift the shift never exceeds this
  public record Line(double x1, double y1, double x2, double y2, double largestShift) {
    /// As FramePack was sampled.
    public static final Line FRAMEPACK = new Line(256, 0.5, 4096, 1.15, 7);

    /// The shift for a video of this many noisy tokens.
    public TimeShift at(double tokens) {
      double slope = (y2 - y1) / (x2 - x1);
      return new TimeShift(Math.min(slope * tokens + (y1 - slope * x1), Math.log(largestShift)));
    }
  }

  public TimeShift {
    if (!Double.isFinite(mu)) {
      throw new IllegalArgumentException("time shift: expected a finite mu, got " + mu);
    }
  }

  /// A fixed shift; 1 leaves the levels as they are.
  public static TimeShift of(double shift) {
    return new TimeShift(Math.log(shift));
  }

  /// FramePack's shift for latents of `frames x height x width`: noisy tokens only, neither history nor text.
  public static TimeShift forLatents(long frames, long height, long width) {
    return Line.FRAMEPACK.at(frames * height * width / 4);
  }

  /// The shifted level of `t` in 0..1.
  public double sigma(double t) {
    double shift = Math.exp(mu);
    return shift / (shift + (1 / t - 1));
  }

  /// `steps + 1` levels from 1 to 0, evenly spaced before the shift.
  public double[] sigmas(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("time shift: expected at least 1 step, got " + steps);
    }
    double[] sigmas = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      sigmas[i] = sigma((steps - i) / (double) steps);
    }
    return sigmas;
  }
}
