package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.GroupNorm;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// y[n, c, p] = (x[n, c, p] - mean) / sqrt(var + eps) * weight[c] + bias[c], moments over the channels of c's group and all p
///
/// shapes  : x [n, channels, positions..] any layout; weight, bias [channels]; y dense
/// assumes : nothing; a strided x is copied first
/// error   : f32 within 2048 elements, double over them
/// work    : three passes over memory -> memory bound
/// source  : arXiv:1803.08494
final class GroupNormCpu {
  static final int LANES = Scratch.FIRST_FREE;

  private GroupNormCpu() {}

  static void run(GroupNorm op, Call call) {
    View x = call.dense(0);
    View weight = call.dense(1);
    View bias = call.dense(2);
    View y = call.out(0);
    long channels = x.shape().extent(1) / op.groups();
    long positions = x.shape().elements() / Math.max(1, x.shape().extent(0) * x.shape().extent(1));
    long size = channels * positions;
    if (size == 0) {
      return;
    }
    call.run(
        x.shape().extent(0) * op.groups(),
        x.shape().elements(),
        (unit, own) -> {
          long at = x.byteOffset() + 4L * unit * size;
          float[] lanes = own.floats(LANES, 2 * Floats.W);
          double[] moments = moments(x.segment(), at, size, op.eps(), lanes);
          for (long c = 0; c < channels; c++) {
            long channel = 4 * (unit % op.groups() * channels + c);
            float factor =
                (float) moments[1] * Floats.get(weight.segment(), weight.byteOffset() + channel);
            float shift = Floats.get(bias.segment(), bias.byteOffset() + channel);
            long offset = 4 * (unit * size + c * positions);
            write(
                x.segment(),
                x.byteOffset() + offset,
                (float) moments[0],
                factor,
                shift,
                y.segment(),
                y.byteOffset() + offset,
                positions);
          }
        });
  }

  /// Mean and `1 / sqrt(variance + eps)` of any number of elements.
  static double[] moments(MemorySegment x, long at, long count, double eps, float[] lanes) {
    double mean = Sums.longSum(x, at, count, lanes) / count;
    double squares = 0;
    float[] centre = new float[1];
    for (long i = 0; i < count; i += Sums.PIECE) {
      int n = (int) Math.min(Sums.PIECE, count - i);
      centre[0] = (float) mean;
      Sums.centred(x, at + 4 * i, n, centre[0], lanes, 0);
      squares += Sums.squaresAround(centre, 0, n, lanes, 0);
      squares += n * (centre[0] - mean) * (centre[0] - mean);
    }
    return new double[] {mean, 1 / Math.sqrt(squares / count + eps)};
  }

  private static void write(
      MemorySegment x,
      long xo,
      float mean,
      float factor,
      float shift,
      MemorySegment y,
      long yo,
      long count) {
    FloatVector a = Floats.all(factor);
    FloatVector b = Floats.all(shift);
    long whole = count / Floats.W * STEP;
    for (long i = 0; i < whole; i += STEP) {
      store(load(x, xo + i).sub(mean).fma(a, b), y, yo + i);
    }
    if (whole < 4 * count) {
      VectorMask<Float> some = Floats.first((int) (count % Floats.W));
      store(load(x, xo + whole, some).sub(mean).fma(a, b), y, yo + whole, some);
    }
  }
}
