package framepack.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// x[i] = f(x[i]) on a finished tile, for the epilogue of a product.
///
/// shapes  : from to - 1, a multiple of two vectors
/// error   : as the functions of [LaneMath], the same bits
/// work    : 0.3 to 0.5 ns a value at 512 bit
/// source  : LaneMath, written out two abreast: a call would not be inlined where the caller is large,
///           and its vectors boxed (fifty times slower); being this long, they are not inlined either
final class TileActivations {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int W = Lanes.WIDTH;

  private TileActivations() {}

  /// See [LaneMath#geluTanh(FloatVector)].
  static void geluTanh(float[] x, int from, int to) {
    FloatVector root = FloatVector.broadcast(S, LaneMath.GELU_ROOT);
    FloatVector cube = FloatVector.broadcast(S, LaneMath.GELU_CUBE);
    FloatVector t13 = FloatVector.broadcast(S, LaneMath.T13);
    FloatVector t11 = FloatVector.broadcast(S, LaneMath.T11);
    FloatVector t9 = FloatVector.broadcast(S, LaneMath.T9);
    FloatVector t7 = FloatVector.broadcast(S, LaneMath.T7);
    FloatVector t5 = FloatVector.broadcast(S, LaneMath.T5);
    FloatVector t3 = FloatVector.broadcast(S, LaneMath.T3);
    FloatVector t1 = FloatVector.broadcast(S, LaneMath.T1);
    FloatVector u6 = FloatVector.broadcast(S, LaneMath.U6);
    FloatVector u4 = FloatVector.broadcast(S, LaneMath.U4);
    FloatVector u2 = FloatVector.broadcast(S, LaneMath.U2);
    FloatVector u0 = FloatVector.broadcast(S, LaneMath.U0);
    for (int i = from; i < to; i += 2 * W) {
      FloatVector a = FloatVector.fromArray(S, x, i);
      FloatVector b = FloatVector.fromArray(S, x, i + W);
      FloatVector aArg = a.mul(a).fma(cube, root).mul(a);
      FloatVector bArg = b.mul(b).fma(cube, root).mul(b);
      aArg = aArg.blend(LaneMath.TANH_MAX, aArg.compare(VectorOperators.GT, LaneMath.TANH_MAX));
      bArg = bArg.blend(LaneMath.TANH_MAX, bArg.compare(VectorOperators.GT, LaneMath.TANH_MAX));
      aArg = aArg.blend(-LaneMath.TANH_MAX, aArg.lt(-LaneMath.TANH_MAX));
      bArg = bArg.blend(-LaneMath.TANH_MAX, bArg.lt(-LaneMath.TANH_MAX));
      FloatVector aSq = aArg.mul(aArg);
      FloatVector bSq = bArg.mul(bArg);
      FloatVector aP = aSq.fma(t13, t11).fma(aSq, t9).fma(aSq, t7);
      FloatVector bP = bSq.fma(t13, t11).fma(bSq, t9).fma(bSq, t7);
      aP = aP.fma(aSq, t5).fma(aSq, t3).fma(aSq, t1).mul(aArg);
      bP = bP.fma(bSq, t5).fma(bSq, t3).fma(bSq, t1).mul(bArg);
      FloatVector aQ = aSq.fma(u6, u4).fma(aSq, u2).fma(aSq, u0);
      FloatVector bQ = bSq.fma(u6, u4).fma(bSq, u2).fma(bSq, u0);
      FloatVector aOut = a.mul(0.5f).mul(aP.div(aQ).add(1f));
      FloatVector bOut = b.mul(0.5f).mul(bP.div(bQ).add(1f));
      aOut.intoArray(x, i);
      bOut.intoArray(x, i + W);
    }
  }

  /// See [LaneMath#geluExact(FloatVector)].
  static void geluExact(float[] x, int from, int to) {
    FloatVector f13 = FloatVector.broadcast(S, LaneMath.F13);
    FloatVector f11 = FloatVector.broadcast(S, LaneMath.F11);
    FloatVector f9 = FloatVector.broadcast(S, LaneMath.F9);
    FloatVector f7 = FloatVector.broadcast(S, LaneMath.F7);
    FloatVector f5 = FloatVector.broadcast(S, LaneMath.F5);
    FloatVector f3 = FloatVector.broadcast(S, LaneMath.F3);
    FloatVector f1 = FloatVector.broadcast(S, LaneMath.F1);
    FloatVector g8 = FloatVector.broadcast(S, LaneMath.G8);
    FloatVector g6 = FloatVector.broadcast(S, LaneMath.G6);
    FloatVector g4 = FloatVector.broadcast(S, LaneMath.G4);
    FloatVector g2 = FloatVector.broadcast(S, LaneMath.G2);
    FloatVector g0 = FloatVector.broadcast(S, LaneMath.G0);
    for (int i = from; i < to; i += 2 * W) {
      FloatVector a = FloatVector.fromArray(S, x, i);
      FloatVector b = FloatVector.fromArray(S, x, i + W);
      FloatVector aArg = a.mul(LaneMath.ROOT_HALF);
      FloatVector bArg = b.mul(LaneMath.ROOT_HALF);
      aArg = aArg.blend(LaneMath.ERF_MAX, aArg.compare(VectorOperators.GT, LaneMath.ERF_MAX));
      bArg = bArg.blend(LaneMath.ERF_MAX, bArg.compare(VectorOperators.GT, LaneMath.ERF_MAX));
      aArg = aArg.blend(-LaneMath.ERF_MAX, aArg.lt(-LaneMath.ERF_MAX));
      bArg = bArg.blend(-LaneMath.ERF_MAX, bArg.lt(-LaneMath.ERF_MAX));
      FloatVector aSq = aArg.mul(aArg);
      FloatVector bSq = bArg.mul(bArg);
      FloatVector aP = aSq.fma(f13, f11).fma(aSq, f9).fma(aSq, f7);
      FloatVector bP = bSq.fma(f13, f11).fma(bSq, f9).fma(bSq, f7);
      aP = aP.fma(aSq, f5).fma(aSq, f3).fma(aSq, f1).mul(aArg);
      bP = bP.fma(bSq, f5).fma(bSq, f3).fma(bSq, f1).mul(bArg);
      FloatVector aQ = aSq.fma(g8, g6).fma(aSq, g4).fma(aSq, g2);
      FloatVector bQ = bSq.fma(g8, g6).fma(bSq, g4).fma(bSq, g2);
      aQ = aQ.fma(aSq, g0);
      bQ = bQ.fma(bSq, g0);
      FloatVector aOut = a.mul(0.5f).mul(aP.div(aQ).add(1f));
      FloatVector bOut = b.mul(0.5f).mul(bP.div(bQ).add(1f));
      aOut.intoArray(x, i);
      bOut.intoArray(x, i + W);
    }
  }

  /// See [LaneMath#silu(FloatVector)].
  static void silu(float[] x, int from, int to) {
    FloatVector e5 = FloatVector.broadcast(S, LaneMath.E5);
    FloatVector e4 = FloatVector.broadcast(S, LaneMath.E4);
    FloatVector e3 = FloatVector.broadcast(S, LaneMath.E3);
    FloatVector e2 = FloatVector.broadcast(S, LaneMath.E2);
    FloatVector e1 = FloatVector.broadcast(S, LaneMath.E1);
    FloatVector high = FloatVector.broadcast(S, -LaneMath.LN2_HIGH);
    FloatVector low = FloatVector.broadcast(S, -LaneMath.LN2_LOW);
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    for (int i = from; i < to; i += 2 * W) {
      FloatVector a = FloatVector.fromArray(S, x, i);
      FloatVector b = FloatVector.fromArray(S, x, i + W);
      FloatVector aArg = a.neg();
      FloatVector bArg = b.neg();
      aArg = aArg.blend(LaneMath.EXP_MIN, aArg.lt(LaneMath.EXP_MIN));
      bArg = bArg.blend(LaneMath.EXP_MIN, bArg.lt(LaneMath.EXP_MIN));
      aArg = aArg.blend(LaneMath.EXP_MAX, aArg.compare(VectorOperators.GT, LaneMath.EXP_MAX));
      bArg = bArg.blend(LaneMath.EXP_MAX, bArg.compare(VectorOperators.GT, LaneMath.EXP_MAX));
      FloatVector aShifted = aArg.mul(LaneMath.LOG2E).add(LaneMath.ROUND);
      FloatVector bShifted = bArg.mul(LaneMath.LOG2E).add(LaneMath.ROUND);
      FloatVector aN = aShifted.sub(LaneMath.ROUND);
      FloatVector bN = bShifted.sub(LaneMath.ROUND);
      aArg = aN.fma(low, aN.fma(high, aArg));
      bArg = bN.fma(low, bN.fma(high, bArg));
      FloatVector aP = aArg.fma(e5, e4).fma(aArg, e3).fma(aArg, e2).fma(aArg, e1);
      FloatVector bP = bArg.fma(e5, e4).fma(bArg, e3).fma(bArg, e2).fma(bArg, e1);
      aP = aP.fma(aArg, half).fma(aArg.mul(aArg), aArg).add(1f);
      bP = bP.fma(bArg, half).fma(bArg.mul(bArg), bArg).add(1f);
      IntVector aExponent = aShifted.reinterpretAsInts().sub(LaneMath.ROUND_BITS);
      IntVector bExponent = bShifted.reinterpretAsInts().sub(LaneMath.ROUND_BITS);
      IntVector aHalf = aExponent.lanewise(VectorOperators.ASHR, 1);
      IntVector bHalf = bExponent.lanewise(VectorOperators.ASHR, 1);
      IntVector aRest = aExponent.sub(aHalf).add(127).lanewise(VectorOperators.LSHL, 23);
      IntVector bRest = bExponent.sub(bHalf).add(127).lanewise(VectorOperators.LSHL, 23);
      aHalf = aHalf.add(127).lanewise(VectorOperators.LSHL, 23);
      bHalf = bHalf.add(127).lanewise(VectorOperators.LSHL, 23);
      aP = aP.mul(aHalf.reinterpretAsFloats()).mul(aRest.reinterpretAsFloats());
      bP = bP.mul(bHalf.reinterpretAsFloats()).mul(bRest.reinterpretAsFloats());
      FloatVector aOut = a.div(aP.add(1f));
      FloatVector bOut = b.div(bP.add(1f));
      aOut.intoArray(x, i);
      bOut.intoArray(x, i + W);
    }
  }
}
