package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class LaneMathTest {
  /// Steps through the bit patterns of all floats; prime, so that no pattern of bits is favoured.
  private static final int STRIDE = 400_009;

  private interface Lanewise {
    FloatVector apply(FloatVector x);
  }

  private interface Scalar {
    float apply(float x);
  }

  /// Compares with f64 over [from, to] and, bit for bit, the vector with its scalar twin.
  private static void check(
      String name,
      Lanewise lanes,
      Scalar twin,
      DoubleUnaryOperator exact,
      double relative,
      double absolute,
      float from,
      float to) {
    float[] x = new float[Lanes.WIDTH];
    float[] y = new float[Lanes.WIDTH];
    int filled = 0;
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      float value = Float.intBitsToFloat((int) bits);
      if (!(value >= from && value <= to)) {
        continue;
      }
      x[filled++] = value;
      if (filled < x.length) {
        continue;
      }
      filled = 0;
      lanes.apply(FloatVector.fromArray(Lanes.FLOATS, x, 0)).intoArray(y, 0);
      for (int i = 0; i < x.length; i++) {
        double expected = exact.applyAsDouble(x[i]);
        double allowed = absolute + relative * Math.abs(expected);
        assertEquals(expected, y[i], allowed, name + "(" + x[i] + ")");
        assertEquals(
            Float.floatToRawIntBits(twin.apply(x[i])),
            Float.floatToRawIntBits(y[i]),
            name + " twin at " + x[i]);
      }
    }
  }

  private static final float TINY = 1e-38f;
  private static final float BIG = 1e30f;

  @Test
  void exp_keeps_seven_digits_over_its_whole_range() {
    check("exp", LaneMath::exp, LaneMath::exp, Math::exp, 1.3e-7, 2e-45, -BIG, 88.7f);
  }

  @Test
  void exp_overflows_to_infinity_and_keeps_nan() {
    assertEquals(Float.POSITIVE_INFINITY, LaneMath.exp(89f));
    assertEquals(Float.POSITIVE_INFINITY, LaneMath.exp(Float.POSITIVE_INFINITY));
    assertEquals(0f, LaneMath.exp(Float.NEGATIVE_INFINITY));
    assertEquals(1f, LaneMath.exp(0f));
    float[] y = new float[Lanes.WIDTH];
    LaneMath.exp(FloatVector.broadcast(Lanes.FLOATS, Float.NaN)).intoArray(y, 0);
    assertTrue(Float.isNaN(y[0]) && Float.isNaN(LaneMath.exp(Float.NaN)));
  }

  @Test
  void log_keeps_seven_digits_for_normal_floats() {
    check("log", LaneMath::log, LaneMath::log, Math::log, 1.5e-7, 1e-14, Float.MIN_NORMAL, BIG);
    assertEquals(Float.NEGATIVE_INFINITY, LaneMath.log(0f));
    assertEquals(Float.POSITIVE_INFINITY, LaneMath.log(Float.POSITIVE_INFINITY));
    assertTrue(Float.isNaN(LaneMath.log(-1f)) && Float.isNaN(LaneMath.log(Float.NaN)));
  }

  @Test
  void tanh_erf_and_sigmoid_keep_more_than_six_digits() {
    check("tanh", LaneMath::tanh, LaneMath::tanh, Math::tanh, 3e-7, TINY, -BIG, BIG);
    check(
        "sigmoid",
        LaneMath::sigmoid,
        LaneMath::sigmoid,
        x -> 1 / (1 + Math.exp(-x)),
        2e-7,
        TINY,
        -87f,
        BIG);
    check("erf", LaneMath::erf, LaneMath::erf, LaneMathTest::erf, 4e-7, TINY, -BIG, BIG);
  }

  /// The library's series stops at 1e-15 absolute, which is not enough near zero.
  private static double erf(double x) {
    return Math.abs(x) < 1e-4 ? 2 / Math.sqrt(Math.PI) * (x - x * x * x / 3) : Erf.erf(x);
  }

  @Test
  void activations_follow_their_formula() {
    check(
        "silu",
        LaneMath::silu,
        LaneMath::silu,
        x -> x / (1 + Math.exp(-x)),
        3e-7,
        1e-36,
        -87f,
        1e4f);
    check(
        "geluTanh",
        LaneMath::geluTanh,
        LaneMath::geluTanh,
        x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        4e-7,
        5e-7,
        -20f,
        1e4f);
    check(
        "geluExact",
        LaneMath::geluExact,
        LaneMath::geluExact,
        x -> 0.5 * x * (1 + erf(x / Math.sqrt(2))),
        4e-7,
        5e-7,
        -20f,
        1e4f);
  }
}
