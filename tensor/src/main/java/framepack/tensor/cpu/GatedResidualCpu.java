package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;

/// y[b, t, c] = residual[b, t, c] + gate[b, c] x[b, t, c]
///
/// shapes  : residual, x [batch, tokens, width] any layout; gate [batch, width]; y dense
/// assumes : nothing; operands without a contiguous innermost axis are copied first
/// error   : one rounding
/// work    : 12 bytes an element -> memory bound
/// source  : the contract of [framepack.tensor.op.GatedResidual]
final class GatedResidualCpu {
  private GatedResidualCpu() {}

  static void run(Call call) {
    View residual = call.rows(0);
    View x = call.rows(1);
    View gate = call.dense(2);
    View y = call.out(0);
    Walk walk = Walk.rows(residual.layout(), x.layout(), y.layout());
    long tokens = y.shape().extent(1);
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(y.shape().extent(0), tokens, width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          long go = gate.byteOffset() + 4 * bands.group(unit) * width;
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            long ro = 4 * walk.at(0, row);
            long xo = 4 * walk.at(1, row);
            long yo = 4 * walk.at(2, row);
            add(
                residual.segment(),
                ro,
                x.segment(),
                xo,
                gate.segment(),
                go,
                y.segment(),
                yo,
                width);
          }
        });
  }

  private static void add(
      MemorySegment r,
      long ro,
      MemorySegment x,
      long xo,
      MemorySegment g,
      long go,
      MemorySegment y,
      long yo,
      int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      long p = 4L * i;
      store(load(x, xo + p).fma(load(g, go + p), load(r, ro + p)), y, yo + p);
    }
    if (i < n) {
      long p = 4L * i;
      VectorMask<Float> some = Floats.first(n - i);
      store(
          load(x, xo + p, some).fma(load(g, go + p, some), load(r, ro + p, some)), y, yo + p, some);
    }
  }
}
