package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Layer norm of rows, forward and backward, with a factor and a shift per column that are the same for all rows of a
/// group: one group with weight and bias is LayerNorm, a group a batch item with 1 + scale and shift is the modulated one.
///
/// y[r, c] = xhat factor[c] + shift[c], xhat = (x - mean_c x) / sqrt(var_c x + eps)
/// gx[r, c] = (g - mean_c g - xhat mean_c(g xhat)) / sqrt(var + eps), g = gy factor
final class NormRows {
  static final int FACTOR = Scratch.FIRST_FREE;
  static final int SHIFT = Scratch.FIRST_FREE + 1;
  static final int PAIR = Scratch.FIRST_FREE + 2;

  private NormRows() {}

  /// Puts the factors and shifts of one group into `factor` and `shift`, `width` of each.
  @FunctionalInterface
  interface Columns {
    void read(long group, float[] factor, float[] shift);
  }

  static void forward(Call call, View x, View y, long groups, double eps, Columns columns) {
    Walk walk = Walk.rows(x.layout(), y.layout());
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(groups, walk.rows() / Math.max(1, groups), width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          float[] factor = own.floats(FACTOR, Floats.padded(width));
          float[] shift = own.floats(SHIFT, Floats.padded(width));
          float[] pair = own.floats(PAIR, 2);
          columns.read(bands.group(unit), factor, shift);
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            long xo = 4 * walk.at(0, row);
            Sums.moments(x.segment(), xo, width, eps, pair);
            long yo = 4 * walk.at(1, row);
            write(x.segment(), xo, pair[0], pair[1], factor, shift, y.segment(), yo, width);
          }
        });
  }

  private static void write(
      MemorySegment x,
      long xo,
      float mean,
      float scale,
      float[] factor,
      float[] shift,
      MemorySegment y,
      long yo,
      int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector v = load(x, xo + 4L * i).sub(mean).mul(scale);
      store(v.fma(load(factor, i), load(shift, i)), y, yo + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector v = load(x, xo + 4L * i, some).sub(mean).mul(scale);
      store(v.fma(load(factor, i), load(shift, i)), y, yo + 4L * i, some);
    }
  }

  /// Writes gx and, per group, the sums over its rows of `gy xhat` and of `gy` into rows of `gFactor` and `gShift`, which
  /// are dense; both may be null.
  static void backward(
      Call call,
      View x,
      View gy,
      View gx,
      long groups,
      double eps,
      Columns columns,
      View gFactor,
      View gShift) {
    Walk walk = Walk.rows(x.layout(), gy.layout(), gx.layout());
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(groups, walk.rows() / Math.max(1, groups), width);
    try (Threads.Region region = call.open()) {
      int units = Math.toIntExact(bands.units());
      float[] parts = region.shared(FACTOR, Math.multiplyExact(units, 2 * width));
      Call.run(
          region,
          units,
          bands.elements(),
          (unit, own) -> {
            float[] factor = own.floats(FACTOR, Floats.padded(width));
            columns.read(bands.group(unit), factor, own.floats(SHIFT, Floats.padded(width)));
            ColumnSums products = ColumnSums.in(own, width, 0);
            ColumnSums plain = ColumnSums.in(own, width, 1);
            rows(walk, bands, unit, x, gy, gx, eps, factor, own.floats(PAIR, 2), products, plain);
            products.take(parts, 2 * unit * width);
            plain.take(parts, (2 * unit + 1) * width);
          });
      if (gFactor != null) {
        int blocks = (int) bands.blocks();
        for (long group = 0; group < groups; group++) {
          int first = (int) (group * blocks) * 2 * width;
          long at = 4 * group * width;
          ColumnSums.combine(
              parts,
              first,
              blocks,
              2 * width,
              width,
              1,
              gFactor.segment(),
              gFactor.byteOffset() + at);
          ColumnSums.combine(
              parts,
              first + width,
              blocks,
              2 * width,
              width,
              1,
              gShift.segment(),
              gShift.byteOffset() + at);
        }
      }
    }
  }

  private static void rows(
      Walk walk,
      Bands bands,
      int unit,
      View x,
      View gy,
      View gx,
      double eps,
      float[] factor,
      float[] pair,
      ColumnSums products,
      ColumnSums plain) {
    int width = (int) walk.width();
    for (long row = bands.from(unit); row < bands.to(unit); row++) {
      long xo = 4 * walk.at(0, row);
      long go = 4 * walk.at(1, row);
      Sums.moments(x.segment(), xo, width, eps, pair);
      float mean = pair[0];
      float scale = pair[1];
      sums(
          x.segment(),
          xo,
          gy.segment(),
          go,
          mean,
          scale,
          factor,
          products.near(),
          plain.near(),
          width,
          pair);
      products.added();
      plain.added();
      long to = 4 * walk.at(2, row);
      float a = -pair[0] / width;
      float b = -pair[1] / width;
      gradient(
          x.segment(), xo, gy.segment(), go, mean, scale, factor, a, b, gx.segment(), to, width);
    }
  }

  /// The sums of g and of g xhat of one row into `pair`; adds the row to the column sums.
  private static void sums(
      MemorySegment x,
      long xo,
      MemorySegment gy,
      long go,
      float mean,
      float scale,
      float[] factor,
      float[] products,
      float[] plain,
      int n,
      float[] pair) {
    FloatVector first = FloatVector.zero(Lanes.FLOATS);
    FloatVector second = first;
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector hat = load(x, xo + 4L * i).sub(mean).mul(scale);
      FloatVector gradient = load(gy, go + 4L * i);
      gradient.fma(hat, load(products, i)).intoArray(products, i);
      gradient.add(load(plain, i)).intoArray(plain, i);
      FloatVector g = gradient.mul(load(factor, i));
      first = first.add(g);
      second = g.fma(hat, second);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector hat = load(x, xo + 4L * i, some).sub(mean).mul(scale);
      FloatVector gradient = load(gy, go + 4L * i, some);
      gradient.fma(hat, load(products, i)).intoArray(products, i);
      gradient.add(load(plain, i)).intoArray(plain, i);
      FloatVector g = gradient.mul(load(factor, i));
      first = first.add(g, some);
      second = second.add(g.mul(hat), some);
    }
    pair[0] = Floats.across(first);
    pair[1] = Floats.across(second);
  }

  private static void gradient(
      MemorySegment x,
      long xo,
      MemorySegment gy,
      long go,
      float mean,
      float scale,
      float[] factor,
      float a,
      float b,
      MemorySegment gx,
      long to,
      int n) {
    FloatVector second = Floats.all(b);
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector hat = load(x, xo + 4L * i).sub(mean).mul(scale);
      FloatVector g = load(gy, go + 4L * i).fma(load(factor, i), Floats.all(a));
      store(hat.fma(second, g).mul(scale), gx, to + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector hat = load(x, xo + 4L * i, some).sub(mean).mul(scale);
      FloatVector g = load(gy, go + 4L * i, some).fma(load(factor, i), Floats.all(a));
      store(hat.fma(second, g).mul(scale), gx, to + 4L * i, some);
    }
  }

  /// Factor 1 and shift 0 everywhere.
  static Columns plain(int width) {
    return (group, factor, shift) -> {
      Arrays.fill(factor, 0, width, 1);
      Arrays.fill(shift, 0, width, 0);
    };
  }

  /// The vectors `weight` and, unless null, `bias`, both dense.
  static Columns affine(View weight, View bias, int width) {
    return (group, factor, shift) -> {
      Floats.read(weight.segment(), weight.byteOffset(), factor, 0, width);
      if (bias != null) {
        Floats.read(bias.segment(), bias.byteOffset(), shift, 0, width);
      }
    };
  }

  /// Rows of `scale`, plus 1, and unless null of `shift`, both dense.
  static Columns modulation(View scale, View shifts, int width) {
    return (group, factor, shift) -> {
      long at = 4 * group * width;
      Floats.read(scale.segment(), scale.byteOffset() + at, factor, 0, width);
      for (int i = 0; i < width; i++) {
        factor[i] += 1;
      }
      if (shifts != null) {
        Floats.read(shifts.segment(), shifts.byteOffset() + at, shift, 0, width);
      }
    };
  }
}
