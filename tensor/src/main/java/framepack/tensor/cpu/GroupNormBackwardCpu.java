package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import framepack.tensor.op.GroupNormBackward;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// gx = (g - mean(g) - xhat mean(g xhat)) / sqrt(var + eps), g = gy weight[c], means over a group;
/// gweight[c] = sum_n,p gy xhat;  gbias[c] = sum_n,p gy
///
/// shapes  : x, gy [n, channels, positions..] any layout; weight [channels]; results dense
/// assumes : nothing; strided operands are copied first
/// error   : f32 within 2048 elements, double over them
/// work    : four passes over memory -> memory bound
/// source  : arXiv:1803.08494
final class GroupNormBackwardCpu {
  private final View x;
  private final View weight;
  private final View gy;
  private final View gx;
  private final int groups;
  private final double eps;
  private final long channels;
  private final long positions;

  /// Per item and channel: sum of gy, sum of gy xhat.
  private final double[] sums;

  private GroupNormBackwardCpu(GroupNormBackward op, Call call) {
    x = call.dense(0);
    weight = call.dense(1);
    gy = call.dense(2);
    gx = call.out(0);
    groups = op.groups();
    eps = op.eps();
    channels = x.shape().extent(1) / groups;
    long planes = x.shape().extent(0) * x.shape().extent(1);
    positions = x.shape().elements() / Math.max(1, planes);
    sums = new double[Math.toIntExact(2 * planes)];
  }

  static void run(GroupNormBackward op, Call call) {
    GroupNormBackwardCpu kernel = new GroupNormBackwardCpu(op, call);
    long items = kernel.x.shape().extent(0);
    if (kernel.positions > 0) {
      long elements = kernel.x.shape().elements();
      call.run(
          items * op.groups(),
          elements,
          (unit, own) -> kernel.group(unit, own.floats(GroupNormCpu.LANES, 2 * Floats.W)));
    }
    View gWeight = call.out(1);
    View gBias = call.out(2);
    int all = Math.toIntExact(kernel.channels * op.groups());
    for (int c = 0; c < all; c++) {
      double plain = 0;
      double product = 0;
      for (int item = 0; item < items; item++) {
        plain += kernel.sums[2 * (item * all + c)];
        product += kernel.sums[2 * (item * all + c) + 1];
      }
      Floats.set(gWeight.segment(), gWeight.byteOffset() + 4L * c, (float) product);
      Floats.set(gBias.segment(), gBias.byteOffset() + 4L * c, (float) plain);
    }
  }

  private void group(int unit, float[] lanes) {
    long size = channels * positions;
    double[] moments =
        GroupNormCpu.moments(x.segment(), x.byteOffset() + 4 * unit * size, size, eps, lanes);
    double first = 0;
    double second = 0;
    for (long c = 0; c < channels; c++) {
      long plane = unit * channels + c;
      sum(plane, moments, lanes);
      first += weight(plane) * sums[(int) (2 * plane)];
      second += weight(plane) * sums[(int) (2 * plane + 1)];
    }
    double rstd = moments[1];
    for (long c = 0; c < channels; c++) {
      long plane = unit * channels + c;
      float factor = (float) (weight(plane) * rstd);
      float pull = (float) (-second / size * rstd * rstd);
      float shift = (float) (-first / size * rstd);
      gradient(plane, (float) moments[0], factor, pull, shift);
    }
  }

  private float weight(long plane) {
    long channel = plane % (channels * groups);
    return Floats.get(weight.segment(), weight.byteOffset() + 4 * channel);
  }

  private void sum(long plane, double[] moments, float[] lanes) {
    long at = 4 * plane * positions;
    double plain = 0;
    double product = 0;
    for (long i = 0; i < positions; i += Sums.PIECE) {
      int n = (int) Math.min(Sums.PIECE, positions - i);
      long xo = x.byteOffset() + at + 4 * i;
      long go = gy.byteOffset() + at + 4 * i;
      plain += Sums.sum(gy.segment(), go, n, lanes);
      product += product(x.segment(), xo, gy.segment(), go, (float) moments[0], n, lanes);
    }
    sums[(int) (2 * plane)] = plain;
    sums[(int) (2 * plane + 1)] = product * moments[1];
  }

  private static float product(
      MemorySegment x, long xo, MemorySegment g, long go, float mean, int n, float[] lanes) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    int i = 0;
    for (; i <= n - Floats.W; i += Floats.W) {
      sum = load(x, xo + 4L * i).sub(mean).fma(load(g, go + 4L * i), sum);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      sum = load(x, xo + 4L * i, some).sub(mean).fma(load(g, go + 4L * i, some), sum);
    }
    sum.intoArray(lanes, 0);
    return Floats.across(lanes, 0);
  }

  private void gradient(long plane, float mean, float factor, float pull, float shift) {
    long at = 4 * plane * positions;
    long whole = positions / Floats.W * STEP;
    long xo = x.byteOffset() + at;
    long go = gy.byteOffset() + at;
    long to = gx.byteOffset() + at;
    vectors(x.segment(), xo, gy.segment(), go, mean, factor, pull, shift, gx.segment(), to, whole);
    if (whole < 4 * positions) {
      VectorMask<Float> some = Floats.first((int) (positions % Floats.W));
      FloatVector centred = load(x.segment(), xo + whole, some).sub(mean);
      FloatVector g =
          load(gy.segment(), go + whole, some).fma(Floats.all(factor), Floats.all(shift));
      store(centred.fma(Floats.all(pull), g), gx.segment(), to + whole, some);
    }
  }

  private static void vectors(
      MemorySegment x,
      long xo,
      MemorySegment gy,
      long go,
      float mean,
      float factor,
      float pull,
      float shift,
      MemorySegment gx,
      long to,
      long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector g = load(gy, go + i).fma(Floats.all(factor), Floats.all(shift));
      store(load(x, xo + i).sub(mean).fma(Floats.all(pull), g), gx, to + i);
    }
  }
}
