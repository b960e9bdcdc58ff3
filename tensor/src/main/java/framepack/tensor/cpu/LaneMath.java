package framepack.tensor.cpu;

import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Functions of float vectors, each with a scalar twin that rounds the same way, for tails.
///
/// All are straight-line polynomials of `fma` and correctly rounded operations, so a value does not
/// depend on the vector width, the lane or the machine. Errors are against f64 over all floats of
/// the stated range (the test walks them); "ulp" is of the result.
///
/// C2 inlines a call of these up to 18 000 nodes, of which an exponential is 15 000; a later one boxes its
/// vectors. Written in methods of the Vector API only, which it inlines always.
public final class LaneMath {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;

  static final float LOG2E = 1.4426950408889634f;
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;

  /// Adding it rounds a float of magnitude below 2^22 to an integer, which then sits in the low bits.
  static final float ROUND = 12582912f;

  static final float EXP_MIN = -104f;
  static final float EXP_MAX = 89f;
  static final float E5 = 1.9875691500e-4f;
  static final float E4 = 1.3981999507e-3f;
  static final float E3 = 8.3334519073e-3f;
  static final float E2 = 4.1665795894e-2f;
  static final float E1 = 1.6666665459e-1f;

  /// Here the quotient is exactly one, as tanh is to seven digits.
  static final float TANH_MAX = 9f;

  static final float T13 = -2.76076847742355e-16f;
  static final float T11 = 2.00018790482477e-13f;
  static final float T9 = -8.60467152213735e-11f;
  static final float T7 = 5.12229709037114e-08f;
  static final float T5 = 1.48572235717979e-05f;
  static final float T3 = 6.37261928875436e-04f;
  static final float T1 = 4.89352455891786e-03f;
  static final float U6 = 1.19825839466702e-06f;
  static final float U4 = 1.18534705686654e-04f;
  static final float U2 = 2.26843463243900e-03f;
  static final float U0 = 4.89352518554385e-03f;

  static final float ERF_MAX = 4f;
  static final float F13 = -2.72614225801306e-10f;
  static final float F11 = 2.77068142495902e-08f;
  static final float F9 = -2.10102402082508e-06f;
  static final float F7 = -5.69250639462346e-05f;
  static final float F5 = -7.34990630326855e-04f;
  static final float F3 = -2.95459980854025e-03f;
  static final float F1 = -1.60960333262415e-02f;
  static final float G8 = -1.45660718464996e-05f;
  static final float G6 = -2.13374055278905e-04f;
  static final float G4 = -1.68282697438203e-03f;
  static final float G2 = -7.37332916720468e-03f;
  static final float G0 = -1.42647390514189e-02f;

  static final float GELU_ROOT = 0.7978845608028654f;
  static final float GELU_CUBE = 0.7978845608028654f * 0.044715f;
  static final float ROOT_HALF = 0.7071067811865476f;

  static final float P6 = 1.535335905918911e-4f;
  static final float P5 = 1.3398873852565885e-3f;
  static final float P4 = 9.61843691766262e-3f;
  static final float P3 = 5.5503323674201965e-2f;
  static final float P2 = 2.4022647738456726e-1f;
  static final float P1 = 6.931471824645996e-1f;

  private static final float SMALLEST_NORMAL = Float.MIN_NORMAL;
  private static final float ROOT_HALF_BELOW = 0.70710677f;
  private static final float L8 = 7.0376836292e-2f;
  private static final float L7 = -1.1514610310e-1f;
  private static final float L6 = 1.1676998740e-1f;
  private static final float L5 = -1.2420140846e-1f;
  private static final float L4 = 1.4249322787e-1f;
  private static final float L3 = -1.6668057665e-1f;
  private static final float L2 = 2.0000714765e-1f;
  private static final float L1 = -2.4999993993e-1f;
  private static final float L0 = 3.3333331174e-1f;

  private LaneMath() {}

  /// e^x; max error 1.1 ulp, subnormal results within half of the smallest one, overflow infinite.
  public static FloatVector exp(FloatVector x) {
    FloatVector y = x.blend(EXP_MIN, x.lt(EXP_MIN));
    y = y.blend(EXP_MAX, y.compare(VectorOperators.GT, EXP_MAX));
    FloatVector shifted = y.mul(LOG2E).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(broadcast(S, -LN2_HIGH), y);
    r = n.fma(broadcast(S, -LN2_LOW), r);
    FloatVector p = r.fma(broadcast(S, E5), broadcast(S, E4));
    p = p.fma(r, broadcast(S, E3)).fma(r, broadcast(S, E2)).fma(r, broadcast(S, E1));
    p = p.fma(r, broadcast(S, 0.5f));
    p = p.fma(r.mul(r), r).add(1f);
    // two factors of 2^(n/2), because 2^n alone leaves the range of normal floats at both ends
    IntVector exponent = shifted.reinterpretAsInts().sub(ROUND_BITS);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    IntVector rest = exponent.sub(half);
    p = p.mul(half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
    return p.mul(rest.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
  }

  static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

  /// The scalar twin of [#exp(FloatVector)].
  public static float exp(float x) {
    float y = x < EXP_MIN ? EXP_MIN : x;
    y = y > EXP_MAX ? EXP_MAX : y;
    float shifted = y * LOG2E + ROUND;
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2_HIGH, y);
    r = Math.fma(n, -LN2_LOW, r);
    float p = Math.fma(r, E5, E4);
    p = Math.fma(Math.fma(Math.fma(p, r, E3), r, E2), r, E1);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(p, r * r, r) + 1f;
    int exponent = Float.floatToRawIntBits(shifted) - ROUND_BITS;
    int half = exponent >> 1;
    return p
        * Float.intBitsToFloat((half + 127) << 23)
        * Float.intBitsToFloat((exponent - half + 127) << 23);
  }

  /// tanh x; max relative error 3e-7, exactly one from 9 on.
  public static FloatVector tanh(FloatVector x) {
    FloatVector y = x.blend(TANH_MAX, x.compare(VectorOperators.GT, TANH_MAX));
    y = y.blend(-TANH_MAX, y.lt(-TANH_MAX));
    FloatVector z = y.mul(y);
    FloatVector p = z.fma(broadcast(S, T13), broadcast(S, T11)).fma(z, broadcast(S, T9));
    p = p.fma(z, broadcast(S, T7)).fma(z, broadcast(S, T5)).fma(z, broadcast(S, T3));
    p = p.fma(z, broadcast(S, T1)).mul(y);
    FloatVector q = z.fma(broadcast(S, U6), broadcast(S, U4)).fma(z, broadcast(S, U2));
    return p.div(q.fma(z, broadcast(S, U0)));
  }

  /// The scalar twin of [#tanh(FloatVector)].
  public static float tanh(float x) {
    float y = x > TANH_MAX ? TANH_MAX : x;
    y = y < -TANH_MAX ? -TANH_MAX : y;
    float z = y * y;
    float p = Math.fma(Math.fma(z, T13, T11), z, T9);
    p = Math.fma(Math.fma(Math.fma(p, z, T7), z, T5), z, T3);
    p = Math.fma(p, z, T1) * y;
    float q = Math.fma(Math.fma(z, U6, U4), z, U2);
    return p / Math.fma(q, z, U0);
  }

  /// The error function; max relative error 4e-7.
  public static FloatVector erf(FloatVector x) {
    FloatVector y = x.blend(ERF_MAX, x.compare(VectorOperators.GT, ERF_MAX));
    y = y.blend(-ERF_MAX, y.lt(-ERF_MAX));
    FloatVector z = y.mul(y);
    FloatVector p = z.fma(broadcast(S, F13), broadcast(S, F11)).fma(z, broadcast(S, F9));
    p = p.fma(z, broadcast(S, F7)).fma(z, broadcast(S, F5)).fma(z, broadcast(S, F3));
    p = p.fma(z, broadcast(S, F1)).mul(y);
    FloatVector q = z.fma(broadcast(S, G8), broadcast(S, G6)).fma(z, broadcast(S, G4));
    return p.div(q.fma(z, broadcast(S, G2)).fma(z, broadcast(S, G0)));
  }

  /// The scalar twin of [#erf(FloatVector)].
  public static float erf(float x) {
    float y = x > ERF_MAX ? ERF_MAX : x;
    y = y < -ERF_MAX ? -ERF_MAX : y;
    float z = y * y;
    float p = Math.fma(Math.fma(z, F13, F11), z, F9);
    p = Math.fma(Math.fma(Math.fma(p, z, F7), z, F5), z, F3);
    p = Math.fma(p, z, F1) * y;
    float q = Math.fma(Math.fma(z, G8, G6), z, G4);
    return p / Math.fma(Math.fma(q, z, G2), z, G0);
  }

  /// 1 / (1 + e^-x); max error 2 ulp where the result is a normal float.
  public static FloatVector sigmoid(FloatVector x) {
    return broadcast(S, 1f).div(exp(x.neg()).add(1f));
  }

  /// The scalar twin of [#sigmoid(FloatVector)].
  public static float sigmoid(float x) {
    return 1f / (exp(-x) + 1f);
  }

  /// x * sigmoid(x).
  public static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }

  /// The scalar twin of [#silu(FloatVector)].
  public static float silu(float x) {
    return x / (exp(-x) + 1f);
  }

  /// 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
  public static FloatVector geluTanh(FloatVector x) {
    FloatVector inner = x.mul(x).fma(broadcast(S, GELU_CUBE), broadcast(S, GELU_ROOT)).mul(x);
    return x.mul(0.5f).mul(tanh(inner).add(1f));
  }

  /// The scalar twin of [#geluTanh(FloatVector)].
  public static float geluTanh(float x) {
    float inner = Math.fma(x * x, GELU_CUBE, GELU_ROOT) * x;
    return x * 0.5f * (tanh(inner) + 1f);
  }

  /// 0.5 x (1 + erf(x / sqrt 2)).
  public static FloatVector geluExact(FloatVector x) {
    return x.mul(0.5f).mul(erf(x.mul(ROOT_HALF)).add(1f));
  }

  /// The scalar twin of [#geluExact(FloatVector)].
  public static float geluExact(float x) {
    return x * 0.5f * (erf(x * ROOT_HALF) + 1f);
  }

  /// 2^x for x below 127, zero below -126; max relative error 1.2e-7. The exponential of softmax,
  /// whose argument is a difference to the largest score and needs no second term of ln 2.
  static FloatVector exp2(FloatVector x) {
    VectorMask<Float> under = x.lt(-126f);
    FloatVector y = x.blend(-126f, under);
    FloatVector shifted = y.add(ROUND);
    FloatVector r = y.sub(shifted.sub(ROUND));
    FloatVector p = r.fma(broadcast(S, P6), broadcast(S, P5)).fma(r, broadcast(S, P4));
    p = p.fma(r, broadcast(S, P3)).fma(r, broadcast(S, P2)).fma(r, broadcast(S, P1));
    p = p.fma(r, broadcast(S, 1f));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats().blend(0f, under);
  }

  /// Natural logarithm; max error 1.5 ulp for normal floats, -infinity for zero and subnormals,
  /// NaN below zero.
  public static FloatVector log(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector exponent = bits.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    FloatVector e = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
    FloatVector m = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    FloatVector r = m.sub(1f);
    FloatVector z = r.mul(r);
    FloatVector p = r.fma(broadcast(S, L8), broadcast(S, L7)).fma(r, broadcast(S, L6));
    p = p.fma(r, broadcast(S, L5)).fma(r, broadcast(S, L4)).fma(r, broadcast(S, L3));
    p = p.fma(r, broadcast(S, L2)).fma(r, broadcast(S, L1)).fma(r, broadcast(S, L0));
    p = p.mul(r).mul(z);
    p = e.fma(broadcast(S, LN2_LOW), p);
    p = z.fma(broadcast(S, -0.5f), p);
    FloatVector y = e.fma(broadcast(S, LN2_HIGH), r.add(p));
    y = y.blend(Float.NEGATIVE_INFINITY, x.lt(SMALLEST_NORMAL));
    y = y.blend(Float.NaN, x.lt(0f));
    return y.blend(
        x, x.compare(VectorOperators.GT, Float.MAX_VALUE).or(x.compare(VectorOperators.NE, x)));
  }

  private static final int ROOT_HALF_BITS = Float.floatToRawIntBits(ROOT_HALF_BELOW);

  /// The scalar twin of [#log(FloatVector)].
  public static float log(float x) {
    if (!(x <= Float.MAX_VALUE)) {
      return x;
    }
    if (x < SMALLEST_NORMAL) {
      return x < 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
    }
    int bits = Float.floatToRawIntBits(x);
    int exponent = (bits - ROOT_HALF_BITS) >> 23;
    float r = Float.intBitsToFloat(bits - (exponent << 23)) - 1f;
    float z = r * r;
    float p = Math.fma(Math.fma(Math.fma(r, L8, L7), r, L6), r, L5);
    p = Math.fma(Math.fma(Math.fma(p, r, L4), r, L3), r, L2);
    p = Math.fma(Math.fma(p, r, L1), r, L0) * r * z;
    p = Math.fma(exponent, LN2_LOW, p);
    p = Math.fma(z, -0.5f, p);
    return Math.fma(exponent, LN2_HIGH, r + p);
  }
}
