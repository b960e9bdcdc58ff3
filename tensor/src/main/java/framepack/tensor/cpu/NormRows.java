package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Layer norm of rows with a factor and a shift per column that are the same for all rows of a group: one group with weight
/// and bias is LayerNorm, a group a batch item with 1 + scale and shift is the modulated one.
///
/// y[r, c] = xhat factor[c] + shift[c], xhat = (x - mean_c x) / sqrt(var_c x + eps)
final class NormRows {
  static final int FACTOR = Scratch.FIRST_FREE;
  static final int SHIFT = Scratch.FIRST_FREE + 1;

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
          columns.read(bands.group(unit), factor, shift);
          RowMoments moments = new RowMoments(own, x.segment(), walk, eps);
          int rows;
          for (long first = bands.from(unit); first < bands.to(unit); first += rows) {
            rows = moments.rows(first, bands.to(unit));
            moments.readAhead(first + rows, rows);
            moments.centred(rows);
            for (int r = 0; r < rows; r++) {
              long xo = moments.at(0, r);
              long yo = moments.at(1, r);
              write(
                  moments,
                  x.segment(),
                  xo,
                  moments.ahead(r),
                  moments.mean(r),
                  moments.scale(r),
                  factor,
                  shift,
                  y.segment(),
                  yo,
                  width);
            }
          }
        });
  }

  private static void write(
      RowMoments moments,
      MemorySegment x,
      long xo,
      long ahead,
      float mean,
      float scale,
      float[] factor,
      float[] shift,
      MemorySegment y,
      long yo,
      int n) {
    FloatVector read = FloatVector.zero(Lanes.FLOATS);
    int i = 0;
    for (; i <= n - W; i += W) {
      read = Floats.touch(read, x, ahead + 4L * i);
      FloatVector v = load(x, xo + 4L * i).sub(mean).mul(scale);
      store(v.fma(load(factor, i), load(shift, i)), y, yo + 4L * i);
    }
    moments.sink(read);
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector v = load(x, xo + 4L * i, some).sub(mean).mul(scale);
      store(v.fma(load(factor, i), load(shift, i)), y, yo + 4L * i, some);
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
