package framepack.media;

/// Frames a second as a fraction in lowest terms, since files store it as one (30000/1001).
///
/// @param num frames, at least 1
/// @param den seconds, at least 1
public record FrameRate(int num, int den) {
  public FrameRate {
    if (num < 1 || den < 1) {
      throw new IllegalArgumentException(
          "frame rate %d/%d: expected a positive fraction".formatted(num, den));
    }
    long divisor = gcd(num, den);
    num = (int) (num / divisor);
    den = (int) (den / divisor);
  }

  /// The whole number of frames a second.
  public static FrameRate of(int fps) {
    return new FrameRate(fps, 1);
  }

  /// The nearest fraction with a denominator of 1, 1000 or 1001: 29.97 becomes 30000/1001.
  public static FrameRate of(double fps) {
    if (!(fps > 1e-3 && fps < 1e6)) {
      throw new IllegalArgumentException("frame rate " + fps + ": expected 0.001 to 1000000");
    }
    long ntsc = Math.round(fps * 1.001);
    if (ntsc > 0 && fps != Math.rint(fps) && Math.abs(ntsc / 1.001 - fps) < 0.004) {
      return new FrameRate((int) ntsc * 1000, 1001);
    }
    return approximate(Math.round(fps * 1000), 1000);
  }

  /// `num/den` from a file, where either may be too large for an int: the low bits are given up.
  static FrameRate approximate(long num, long den) {
    long divisor = Math.max(1, gcd(num, den));
    long n = num / divisor;
    long d = den / divisor;
    while (n > Integer.MAX_VALUE || d > Integer.MAX_VALUE) {
      n >>= 1;
      d >>= 1;
    }
    return new FrameRate((int) Math.max(1, n), (int) Math.max(1, d));
  }

  public double fps() {
    return (double) num / den;
  }

  @Override
  public String toString() {
    return num + "/" + den;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
