package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// The gradient of [NormRows].
///
/// gx[r, c] = (g - mean_c g - xhat mean_c(g xhat)) / sqrt(var + eps), g = gy factor;
/// per group: gfactor[c] = sum_r gy xhat, gshift[c] = sum_r gy
final class NormGradient {
  private static final int PARTS = Scratch.FIRST_FREE + 2;
  private static final int LANES = Scratch.FIRST_FREE + 2;

  private final Walk walk;
  private final MemorySegment x;
  private final MemorySegment gy;
  private final MemorySegment gx;
  private final int width;
  private final double eps;
  private final NormRows.Columns columns;
  private final Bands bands;

  private NormGradient(
      View x, View gy, View gx, long groups, double eps, NormRows.Columns columns) {
    this.walk = Walk.rows(x.layout(), gy.layout(), gx.layout());
    this.x = x.segment();
    this.gy = gy.segment();
    this.gx = gx.segment();
    this.width = Math.toIntExact(walk.width());
    this.eps = eps;
    this.columns = columns;
    this.bands = Bands.of(groups, walk.rows() / Math.max(1, groups), width);
  }

  /// Writes gx and, unless null, one row a group of `gFactor` and `gShift`, which are dense.
  static void run(
      Call call,
      View x,
      View gy,
      View gx,
      long groups,
      double eps,
      NormRows.Columns columns,
      View gFactor,
      View gShift) {
    NormGradient kernel = new NormGradient(x, gy, gx, groups, eps, columns);
    try (Threads.Region region = call.open()) {
      int units = Math.toIntExact(kernel.bands.units());
      float[] parts = region.shared(PARTS, Math.multiplyExact(units, 2 * kernel.width));
      Call.run(
          region, units, kernel.bands.elements(), (unit, own) -> kernel.unit(unit, own, parts));
      if (gFactor != null) {
        kernel.combine(parts, 0, gFactor);
        kernel.combine(parts, kernel.width, gShift);
      }
    }
  }

  private void combine(float[] parts, int start, View to) {
    int blocks = (int) bands.blocks();
    for (int group = 0; group < bands.groups(); group++) {
      int first = start + group * blocks * 2 * width;
      long at = to.byteOffset() + 4L * group * width;
      ColumnSums.combine(parts, first, blocks, 2 * width, width, 1, to.segment(), at);
    }
  }

  private void unit(int unit, Scratch own, float[] parts) {
    float[] factor = own.floats(NormRows.FACTOR, Floats.padded(width));
    columns.read(bands.group(unit), factor, own.floats(NormRows.SHIFT, Floats.padded(width)));
    float[] lanes = own.floats(LANES, 2 * W * RowMoments.ROWS);
    ColumnSums weighted = ColumnSums.in(own, width, 0);
    ColumnSums plain = ColumnSums.in(own, width, 1);
    RowMoments moments = new RowMoments(own, x, walk, eps);
    int rows;
    for (long first = bands.from(unit); first < bands.to(unit); first += rows) {
      rows = moments.rows(first, bands.to(unit));
      moments.centred(rows);
      for (int r = 0; r < rows; r++) {
        sums(r, moments, factor, weighted.near(), plain.near(), lanes);
        weighted.added();
        plain.added();
      }
      for (int r = 0; r < rows; r++) {
        float a = -Floats.across(lanes, 2 * W * r) / width;
        float b = -Floats.across(lanes, 2 * W * r + W) / width;
        gradient(r, moments, factor, a, b);
      }
    }
    weighted.take(parts, 2 * unit * width);
    plain.take(parts, (2 * unit + 1) * width);
  }

  /// The sums of g and of g xhat of one row, lane by lane, into two vectors of `lanes`; adds the row to the column sums.
  private void sums(
      int r, RowMoments moments, float[] factor, float[] weighted, float[] plain, float[] lanes) {
    long xo = moments.at(0, r);
    long go = moments.at(1, r);
    float mean = moments.mean(r);
    float scale = moments.scale(r);
    FloatVector first = FloatVector.zero(Lanes.FLOATS);
    FloatVector second = first;
    int i = 0;
    for (; i <= width - W; i += W) {
      FloatVector hat = load(x, xo + 4L * i).sub(mean).mul(scale);
      FloatVector gradient = load(gy, go + 4L * i);
      gradient.fma(hat, load(weighted, i)).intoArray(weighted, i);
      gradient.add(load(plain, i)).intoArray(plain, i);
      FloatVector g = gradient.mul(load(factor, i));
      first = first.add(g);
      second = g.fma(hat, second);
    }
    if (i < width) {
      VectorMask<Float> some = Floats.first(width - i);
      FloatVector hat = load(x, xo + 4L * i, some).sub(mean).mul(scale);
      FloatVector gradient = load(gy, go + 4L * i, some);
      gradient.fma(hat, load(weighted, i)).intoArray(weighted, i);
      gradient.add(load(plain, i)).intoArray(plain, i);
      FloatVector g = gradient.mul(load(factor, i));
      first = first.add(g, some);
      second = second.add(g.mul(hat), some);
    }
    first.intoArray(lanes, 2 * W * r);
    second.intoArray(lanes, 2 * W * r + W);
  }

  private void gradient(int r, RowMoments moments, float[] factor, float a, float b) {
    long xo = moments.at(0, r);
    long go = moments.at(1, r);
    long to = moments.at(2, r);
    float mean = moments.mean(r);
    float scale = moments.scale(r);
    FloatVector first = Floats.all(a);
    FloatVector second = Floats.all(b);
    int i = 0;
    for (; i <= width - W; i += W) {
      FloatVector hat = load(x, xo + 4L * i).sub(mean).mul(scale);
      FloatVector g = load(gy, go + 4L * i).fma(load(factor, i), first);
      store(hat.fma(second, g).mul(scale), gx, to + 4L * i);
    }
    if (i < width) {
      VectorMask<Float> some = Floats.first(width - i);
      FloatVector hat = load(x, xo + 4L * i, some).sub(mean).mul(scale);
      FloatVector g = load(gy, go + 4L * i, some).fma(load(factor, i), first);
      store(hat.fma(second, g).mul(scale), gx, to + 4L * i, some);
    }
  }
}
