package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// gx[b, t, c] = gate[b, c] gy[b, t, c];  ggate[b, c] = sum_t x[b, t, c] gy[b, t, c]
///
/// shapes  : x, gy [batch, tokens, width] any layout; gate [batch, width]; results dense
/// assumes : nothing; operands without a contiguous innermost axis are copied first
/// error   : one rounding; sums in f32 over 32 rows, then two levels, then double
/// work    : 12 bytes an element -> memory bound
/// source  : the contract of [framepack.tensor.op.GatedResidualBackward]
final class GatedResidualBackwardCpu {
  private static final int PARTS = Scratch.FIRST_FREE;
  private static final int GATE = Scratch.FIRST_FREE + 1;

  private GatedResidualBackwardCpu() {}

  static void run(Call call) {
    View x = call.rows(0);
    View gate = call.dense(1);
    View gy = call.rows(2);
    View gx = call.out(0);
    Walk walk = Walk.rows(x.layout(), gy.layout(), gx.layout());
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(x.shape().extent(0), x.shape().extent(1), width);
    try (Threads.Region region = call.open()) {
      int units = Math.toIntExact(bands.units());
      float[] parts = region.shared(PARTS, Math.multiplyExact(units, width));
      Call.run(
          region,
          units,
          bands.elements(),
          (unit, own) -> {
            float[] factor = own.floats(GATE, Floats.padded(width));
            long at = gate.byteOffset() + 4 * bands.group(unit) * width;
            Floats.read(gate.segment(), at, factor, 0, width);
            ColumnSums sums = ColumnSums.in(own, width);
            for (long row = bands.from(unit); row < bands.to(unit); row++) {
              long xo = 4 * walk.at(0, row);
              long go = 4 * walk.at(1, row);
              long to = 4 * walk.at(2, row);
              row(x.segment(), xo, gy.segment(), go, factor, sums.near(), gx.segment(), to, width);
              sums.added();
            }
            sums.take(parts, unit * width);
          });
      combine(bands, parts, width, call.out(1));
    }
  }

  private static void combine(Bands bands, float[] parts, int width, View gGate) {
    int blocks = (int) bands.blocks();
    for (int group = 0; group < bands.groups(); group++) {
      long at = gGate.byteOffset() + 4L * group * width;
      int first = group * blocks * width;
      ColumnSums.combine(parts, first, blocks, width, width, 1, gGate.segment(), at);
    }
  }

  private static void row(
      MemorySegment x,
      long xo,
      MemorySegment gy,
      long go,
      float[] gate,
      float[] sums,
      MemorySegment gx,
      long to,
      int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector g = load(gy, go + 4L * i);
      load(x, xo + 4L * i).fma(g, load(sums, i)).intoArray(sums, i);
      store(g.mul(load(gate, i)), gx, to + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector g = load(gy, go + 4L * i, some);
      load(x, xo + 4L * i, some).fma(g, load(sums, i)).intoArray(sums, i);
      store(g.mul(load(gate, i)), gx, to + 4L * i, some);
    }
  }
}
