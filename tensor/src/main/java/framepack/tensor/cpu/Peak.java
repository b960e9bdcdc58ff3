package framepack.tensor.cpu;

import jdk.incubator.vector.FloatVector;

/// The most that one thread of this machine can multiply and add right now: fused steps between registers, nothing else.
///
/// shapes  : 16 sums of one vector
/// assumes : 16 independent chains cover the latency of any fma unit, and fit 32 registers
/// work    : 32 flop a lane and step; its time is the ceiling that products are compared with
/// source  : the roofline model (doi:10.1145/1498765.1498785)
public final class Peak {
  private static final int SUMS = 16;

  private Peak() {}

  /// Floating-point operations of `steps` steps.
  public static double flops(int steps) {
    return 2.0 * SUMS * Lanes.WIDTH * steps;
  }

  /// Multiplies and adds; the result only shows that it was done. Call it some thousand times with few steps first, so
  /// that it is compiled as a whole and not on the stack.
  public static float run(int steps, float start) {
    FloatVector factor = FloatVector.broadcast(Lanes.FLOATS, 0.999f);
    FloatVector term = FloatVector.broadcast(Lanes.FLOATS, start);
    FloatVector a = term;
    FloatVector b = term.mul(2);
    FloatVector c = term.mul(3);
    FloatVector d = term.mul(4);
    FloatVector e = term.mul(5);
    FloatVector f = term.mul(6);
    FloatVector g = term.mul(7);
    FloatVector h = term.mul(8);
    FloatVector i = term.mul(9);
    FloatVector j = term.mul(10);
    FloatVector k = term.mul(11);
    FloatVector l = term.mul(12);
    FloatVector m = term.mul(13);
    FloatVector n = term.mul(14);
    FloatVector o = term.mul(15);
    FloatVector p = term.mul(16);
    for (int step = 0; step < steps; step++) {
      a = a.fma(factor, term);
      b = b.fma(factor, term);
      c = c.fma(factor, term);
      d = d.fma(factor, term);
      e = e.fma(factor, term);
      f = f.fma(factor, term);
      g = g.fma(factor, term);
      h = h.fma(factor, term);
      i = i.fma(factor, term);
      j = j.fma(factor, term);
      k = k.fma(factor, term);
      l = l.fma(factor, term);
      m = m.fma(factor, term);
      n = n.fma(factor, term);
      o = o.fma(factor, term);
      p = p.fma(factor, term);
    }
    FloatVector low = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h);
    FloatVector high = i.add(j).add(k).add(l).add(m).add(n).add(o).add(p);
    return low.add(high).lane(0);
  }
}
