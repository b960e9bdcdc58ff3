package framepack.tensor.cpu;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.Reduction;
import java.util.stream.IntStream;

/// y[a, b] = scale * sum_r f(x[a, r, b]), scale 1 or 1 / extent of r, f the identity or the square
///
/// shapes  : x any layout; the reduced axes side by side as r, the axes before them as a, those behind as b; y dense
/// assumes : nothing; a strided x, or reduced axes apart from each other, are copied first
/// error   : b = 1: f32 within 2048 elements, double over them; else columns in f32 over 32 rows, two levels, double
/// work    : x read once -> memory bound
/// source  : the contract of [framepack.tensor.op.Reduce]
final class ReduceCpu {
  private static final int PARTS = Scratch.FIRST_FREE;
  private static final int LANES = Scratch.FIRST_FREE;

  /// Columns of one unit; wider results are cut.
  private static final int COLUMNS = 4096;

  private ReduceCpu() {}

  static void run(Reduce op, Call call) {
    View x = call.in(0);
    Shape shape = x.shape();
    int from = shape.rank();
    int to = 0;
    for (int axis : op.axes()) {
      if (shape.extent(axis) != 1) {
        from = Math.min(from, axis);
        to = Math.max(to, axis + 1);
      }
    }
    for (int axis = from; axis < to; axis++) {
      if (shape.extent(axis) != 1 && !op.axes().contains(axis)) {
        x = x.with(gathered(x.layout(), op));
        from = shape.rank() - op.axes().size();
        to = shape.rank();
        break;
      }
    }
    from = Math.min(from, to);
    View dense = x.layout().isDense() ? x : call.copy(x);
    long reduced = product(dense.shape(), from, to);
    long inner = product(dense.shape(), to, shape.rank());
    long outer = product(dense.shape(), 0, from);
    double scale = op.kind() == Reduction.MEAN ? 1.0 / reduced : 1;
    boolean squares = op.kind() == Reduction.SUM_OF_SQUARES;
    if (inner == 1) {
      rows(call, dense, outer, reduced, scale, squares);
    } else if (inner * outer > 0) {
      columns(call, dense, outer, reduced, inner, scale, squares);
    }
  }

  /// The reduced axes moved behind the others.
  private static Layout gathered(Layout x, Reduce op) {
    IntStream kept = IntStream.range(0, x.shape().rank()).filter(i -> !op.axes().contains(i));
    IntStream reduced = op.axes().stream().mapToInt(Integer::intValue);
    return x.permute(IntStream.concat(kept, reduced).toArray());
  }

  private static long product(Shape shape, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= shape.extent(i);
    }
    return product;
  }

  private static void rows(
      Call call, View x, long rows, long width, double scale, boolean squares) {
    View y = call.out(0);
    long pieces = Math.max(1, Math.ceilDiv(width, Walk.GRAIN));
    double[] parts = new double[pieces == 1 ? 0 : Math.toIntExact(rows * pieces)];
    long some = Math.max(1, Walk.GRAIN / Math.max(1, width));
    call.run(
        pieces == 1 ? Math.ceilDiv(rows, some) : parts.length,
        rows * width,
        (unit, own) -> {
          float[] lanes = own.floats(LANES, Floats.W);
          if (pieces > 1) {
            long from = unit % pieces * Walk.GRAIN;
            long at = x.byteOffset() + 4 * (unit / pieces * width + from);
            parts[unit] = sum(x, at, Math.min(Walk.GRAIN, width - from), lanes, squares);
            return;
          }
          for (long row = unit * some; row < Math.min(rows, (unit + 1) * some); row++) {
            double sum = sum(x, x.byteOffset() + 4 * row * width, width, lanes, squares);
            Floats.set(y.segment(), y.byteOffset() + 4 * row, (float) (scale * sum));
          }
        });
    for (int row = 0; pieces > 1 && row < rows; row++) {
      double sum = 0;
      for (int piece = 0; piece < pieces; piece++) {
        sum += parts[(int) (row * pieces + piece)];
      }
      Floats.set(y.segment(), y.byteOffset() + 4L * row, (float) (scale * sum));
    }
  }

  private static double sum(View x, long at, long count, float[] lanes, boolean squares) {
    return squares
        ? Sums.longSquares(x.segment(), at, count, lanes)
        : Sums.longSum(x.segment(), at, count, lanes);
  }

  private static void columns(
      Call call, View x, long outer, long rows, long inner, double scale, boolean squares) {
    View y = call.out(0);
    int width = (int) Math.min(COLUMNS, inner);
    long cuts = Math.ceilDiv(inner, width);
    Bands bands = Bands.of(outer * cuts, rows, width);
    int blocks = (int) bands.blocks();
    try (Threads.Region region = call.open()) {
      int units = Math.toIntExact(bands.units());
      float[] parts = region.shared(PARTS, blocks == 1 ? 0 : Math.multiplyExact(units, width));
      Call.run(
          region,
          units,
          bands.elements(),
          (unit, own) -> {
            long group = bands.group(unit);
            long first = group % cuts * width;
            int count = (int) Math.min(width, inner - first);
            ColumnSums sums = ColumnSums.in(own, count);
            long start = x.byteOffset() + 4 * (group / cuts * rows * inner + first);
            for (long row = bands.from(unit); row < bands.to(unit); row++) {
              long at = start + 4 * (row - group * rows) * inner;
              if (squares) {
                sums.addSquares(x.segment(), at);
              } else {
                sums.add(x.segment(), at);
              }
            }
            if (blocks == 1) {
              long at = y.byteOffset() + 4 * (group / cuts * inner + first);
              sums.write(scale, y.segment(), at);
            } else {
              sums.take(parts, unit * width);
            }
          });
      for (long group = 0; blocks > 1 && group < bands.groups(); group++) {
        long first = group % cuts * width;
        int count = (int) Math.min(width, inner - first);
        long at = y.byteOffset() + 4 * (group / cuts * inner + first);
        int part = (int) group * blocks * width;
        ColumnSums.combine(parts, part, blocks, width, count, scale, y.segment(), at);
      }
    }
  }
}
