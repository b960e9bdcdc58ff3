package framepack.tensor.op;

/// The exponential of f32 as PyTorch's vectorised CPU code computes it: up to 1 ulp away from the correctly rounded value.
/// At a guidance scale of 10,000 one ulp of a frequency moves its cosine by 6e-4, so agreeing with checkpoints takes the
/// same polynomial, rounding by rounding.
///
/// Source: SLEEF `expf`, 1.0 ulp, with fused multiply-add (sleefsimdsp.c, `xexpf`).
final class SleefExp {
  private static final float LOG2_E =
      1.442695040888963407359924681001892137426645954152985934135449406931f;
  private static final float LN2_UPPER = 0.693145751953125f;
  private static final float LN2_LOWER = 1.428606765330187045e-06f;

  /// Of `(exp(s) - 1 - s) / s²` on `|s| <= ln(2)/2`, highest power first.
  private static final float[] POLYNOMIAL = {
    0.000198527617612853646278381f,
    0.00139304355252534151077271f,
    0.00833336077630519866943359f,
    0.0416664853692054748535156f,
    0.166666671633720397949219f,
    0.5f
  };

  private SleefExp() {}

  /// `exp(x)` for x in -87..88, where neither end of the range of f32 is near.
  static float exp(float x) {
    float octaves = (float) Math.rint(x * LOG2_E);
    float s = Math.fma(octaves, -LN2_UPPER, x);
    s = Math.fma(octaves, -LN2_LOWER, s);
    float u = POLYNOMIAL[0];
    for (int i = 1; i < POLYNOMIAL.length; i++) {
      u = Math.fma(u, s, POLYNOMIAL[i]);
    }
    return Math.scalb(1 + Math.fma(s * s, u, s), (int) octaves);
  }
}
