package framepack.tensor.cpu;

import jdk.incubator.vector.FloatVector;

/// The most that one thread of this machine can multiply and add right now: fused steps between registers, nothing else.
///
/// shapes  : 12 or 24 sums of one vector; the faster one of both is the peak
/// assumes : 12 independent chains cover two fma units of latency 5 and fit 16 registers, which is all that AVX2 has (16 chains
///           spill there, and halve the peak); 24 cover four units and fit 32 registers
/// work    : 24 or 48 flop a lane and step; its time is the ceiling that products are compared with
/// source  : the roofline model (doi:10.1145/1498765.1498785)
public enum Peak {
  /// For machines of 16 vector registers.
  FEW(12),

  /// For machines of 32.
  MANY(24);

  private final int sums;

  Peak(int sums) {
    this.sums = sums;
  }

  /// Floating-point operations of `steps` steps.
  public double flops(int steps) {
    return 2.0 * sums * Lanes.WIDTH * steps;
  }

  /// Multiplies and adds; the result only shows that it was done. Call it some thousand times with few steps first, so that
  /// it is compiled as a whole and not on the stack.
  public float run(int steps, float start) {
    return this == FEW ? few(steps, start) : many(steps, start);
  }

  private static float few(int steps, float start) {
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
    for (int step = 0; step < steps; step++) {
      a = factor.fma(term, a);
      b = factor.fma(term, b);
      c = factor.fma(term, c);
      d = factor.fma(term, d);
      e = factor.fma(term, e);
      f = factor.fma(term, f);
      g = factor.fma(term, g);
      h = factor.fma(term, h);
      i = factor.fma(term, i);
      j = factor.fma(term, j);
      k = factor.fma(term, k);
      l = factor.fma(term, l);
    }
    FloatVector low = a.add(b).add(c).add(d).add(e).add(f);
    FloatVector high = g.add(h).add(i).add(j).add(k).add(l);
    return low.add(high).lane(0);
  }

  private static float many(int steps, float start) {
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
    FloatVector q = term.mul(17);
    FloatVector r = term.mul(18);
    FloatVector s = term.mul(19);
    FloatVector t = term.mul(20);
    FloatVector u = term.mul(21);
    FloatVector v = term.mul(22);
    FloatVector w = term.mul(23);
    FloatVector x = term.mul(24);
    for (int step = 0; step < steps; step++) {
      a = factor.fma(term, a);
      b = factor.fma(term, b);
      c = factor.fma(term, c);
      d = factor.fma(term, d);
      e = factor.fma(term, e);
      f = factor.fma(term, f);
      g = factor.fma(term, g);
      h = factor.fma(term, h);
      i = factor.fma(term, i);
      j = factor.fma(term, j);
      k = factor.fma(term, k);
      l = factor.fma(term, l);
      m = factor.fma(term, m);
      n = factor.fma(term, n);
      o = factor.fma(term, o);
      p = factor.fma(term, p);
      q = factor.fma(term, q);
      r = factor.fma(term, r);
      s = factor.fma(term, s);
      t = factor.fma(term, t);
      u = factor.fma(term, u);
      v = factor.fma(term, v);
      w = factor.fma(term, w);
      x = factor.fma(term, x);
    }
    FloatVector low =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    FloatVector high =
        m.add(n).add(o).add(p).add(q).add(r).add(s).add(t).add(u).add(v).add(w).add(x);
    return low.add(high).lane(0);
  }
}
