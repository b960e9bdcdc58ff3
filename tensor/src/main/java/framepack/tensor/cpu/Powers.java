package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// to[i] = 2^(s[i] - shift) and the sums of it, the exponentials of softmax.
///
/// shapes  : `count` vectors of s and to, a row of a block apart; shift and sum one vector each
/// assumes : count % 2 == 0 (pad with -inf: their powers are zero); exponents below 127
/// error   : as [LaneMath#exp2], lane by lane the same bits
/// work    : 0.2 ns a score at 512 bit
/// source  : LaneMath.exp2, written out two abreast: a call would not be inlined where the caller is
///           large, and its vectors boxed; being this long, it is not inlined itself
final class Powers {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int C = Micro.COLUMNS;
  private static final long STEP = (long) Float.BYTES * C;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Powers() {}

  /// Vectors from `start` on; `sum[sumAt]` and following grow by the sums.
  static void raise(
      float[] s,
      int start,
      int count,
      float[] shift,
      int at,
      MemorySegment to,
      float[] sum,
      int sumAt) {
    FloatVector down = FloatVector.fromArray(S, shift, at);
    FloatVector left = FloatVector.fromArray(S, sum, sumAt);
    FloatVector right = FloatVector.zero(S);
    FloatVector lowest = FloatVector.broadcast(S, -126f);
    FloatVector round = FloatVector.broadcast(S, LaneMath.ROUND);
    FloatVector p6 = FloatVector.broadcast(S, LaneMath.P6);
    FloatVector p5 = FloatVector.broadcast(S, LaneMath.P5);
    FloatVector p4 = FloatVector.broadcast(S, LaneMath.P4);
    FloatVector p3 = FloatVector.broadcast(S, LaneMath.P3);
    FloatVector p2 = FloatVector.broadcast(S, LaneMath.P2);
    FloatVector p1 = FloatVector.broadcast(S, LaneMath.P1);
    FloatVector one = FloatVector.broadcast(S, 1f);
    long first = (long) Float.BYTES * start;
    for (int r = 0; r < count; r += 2) {
      int i = start + r * C;
      FloatVector w = FloatVector.fromArray(S, s, i).sub(down);
      FloatVector x = FloatVector.fromArray(S, s, i + C).sub(down);
      VectorMask<Float> wUnder = w.lt(-126f);
      VectorMask<Float> xUnder = x.lt(-126f);
      w = w.blend(lowest, wUnder);
      x = x.blend(lowest, xUnder);
      FloatVector wShifted = w.add(round);
      FloatVector xShifted = x.add(round);
      w = w.sub(wShifted.sub(round));
      x = x.sub(xShifted.sub(round));
      FloatVector wPower = w.fma(p6, p5).fma(w, p4).fma(w, p3);
      FloatVector xPower = x.fma(p6, p5).fma(x, p4).fma(x, p3);
      wPower = wPower.fma(w, p2).fma(w, p1).fma(w, one);
      xPower = xPower.fma(x, p2).fma(x, p1).fma(x, one);
      IntVector wBits = wShifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      IntVector xBits = xShifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      wPower = wPower.reinterpretAsInts().add(wBits).reinterpretAsFloats().blend(0f, wUnder);
      xPower = xPower.reinterpretAsInts().add(xBits).reinterpretAsFloats().blend(0f, xUnder);
      wPower.intoMemorySegment(to, first + STEP * r, ORDER);
      xPower.intoMemorySegment(to, first + STEP * r + STEP, ORDER);
      left = left.add(wPower);
      right = right.add(xPower);
    }
    left.add(right).intoArray(sum, sumAt);
  }
}
