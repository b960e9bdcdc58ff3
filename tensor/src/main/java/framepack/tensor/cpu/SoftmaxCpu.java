package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.S;
import static framepack.tensor.cpu.Floats.W;
import static jdk.incubator.vector.FloatVector.fromArray;

import framepack.tensor.core.View;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// y[r, c] = exp(x[r, c] - max_c x[r, c]) / sum_c exp(..)
///
/// shapes  : x [.., width] any layout, y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first; a row passes through the heap,
///           padded with -inf to whole vectors
/// error   : a few ulp of the largest y; below it the rounding of (x - max) log2(e)
/// work    : three passes over a row in cache, one exp an element
/// source  : the contract of [framepack.tensor.op.Softmax]
final class SoftmaxCpu {
  private static final int ROW = Scratch.FIRST_FREE;
  private static final int LANES = Scratch.FIRST_FREE + 1;

  private static final float LOG2E = 1.4426950408889634f;

  private SoftmaxCpu() {}

  static void run(Call call) {
    View x = call.rows(0);
    View y = call.out(0);
    Walk walk = Walk.rows(x.layout(), y.layout());
    int width = Math.toIntExact(walk.width());
    if (width == 0) {
      return;
    }
    Bands bands = Bands.of(1, walk.rows(), width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          float[] line = own.floats(ROW, Floats.padded(width));
          float[] lanes = own.floats(LANES, Floats.W);
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            Floats.read(x.segment(), 4 * walk.at(0, row), line, 0, width);
            Arrays.fill(line, width, Floats.padded(width), Float.NEGATIVE_INFINITY);
            float sum = exponentials(line, max(line, width), width, lanes);
            scale(line, 1 / sum, width);
            Floats.write(line, 0, width, y.segment(), 4 * walk.at(1, row));
          }
        });
  }

  private static float max(float[] row, int n) {
    FloatVector max = fromArray(S, row, 0);
    for (int i = W; i < n; i += W) {
      FloatVector v = fromArray(S, row, i);
      max = max.blend(v, max.lt(v));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  private static float exponentials(float[] row, float max, int n, float[] lanes) {
    FloatVector sum = FloatVector.zero(S);
    for (int i = 0; i < n; i += W) {
      FloatVector e = LaneMath.exp2(fromArray(S, row, i).sub(max).mul(LOG2E));
      sum = sum.add(e);
      e.intoArray(row, i);
    }
    sum.intoArray(lanes, 0);
    return Floats.across(lanes, 0);
  }

  private static void scale(float[] row, float factor, int n) {
    for (int i = 0; i < n; i += W) {
      fromArray(S, row, i).mul(factor).intoArray(row, i);
    }
  }
}
