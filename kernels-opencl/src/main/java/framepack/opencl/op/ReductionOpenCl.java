package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.AvgPool3d;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.Reduction;
import framepack.tensor.op.ResizeBilinear;
import framepack.tensor.op.UpsampleNearest;
import java.util.List;

/// Sums over axes and changes of resolution.
public final class ReductionOpenCl {
  private ReductionOpenCl() {}

  public static void reduce(Reduce op, Call call) {
    View y = call.out(0);
    double count = (double) call.in(0).shape().elements() / Math.max(1, y.shape().elements());
    double divisor = op.kind() == Reduction.MEAN ? count : 1;
    reduce(call, call.in(0), op.axes(), op.kind() == Reduction.SUM_OF_SQUARES, y, divisor);
  }

  /// Sum over `axes`.
  static void sum(Call call, View x, List<Integer> axes, View y) {
    reduce(call, x, axes, false, y, 1);
  }

  private static void reduce(
      Call call, View x, List<Integer> axes, boolean squares, View y, double divisor) {
    if (y.shape().elements() == 0) {
      return;
    }
    Walk kept = part(x.layout(), axes, false);
    Walk reduced = part(x.layout(), axes, true);
    if (kept.inner() > 1 && kept.step(0) == 1) {
      columns(call, x, kept, reduced, squares, y, divisor);
    } else {
      rows(call, x, kept, reduced, squares, y, divisor);
    }
  }

  /// A walk over the reduced axes, or over the others; the rest count as extents of 1.
  private static Walk part(Layout layout, List<Integer> axes, boolean isReduced) {
    Layout part = layout;
    for (int axis = 0; axis < layout.shape().rank(); axis++) {
      if (axes.contains(axis) != isReduced) {
        part = part.slice(axis, 0, 1);
      }
    }
    return Walk.of(part.shape(), List.of(part));
  }

  private static void columns(
      Call call, View x, Walk kept, Walk reduced, boolean squares, View y, double divisor) {
    call.kernel("reduce", "reduce_columns")
        .view(x)
        .axes(kept.outerExtents())
        .axes(kept.outerStrides(0))
        .number(kept.rows())
        .number(kept.inner())
        .axes(reduced.extents())
        .axes(reduced.strides()[0])
        .number(reduced.rows() * reduced.inner())
        .integer(squares ? 1 : 0)
        .view(y)
        .real(divisor)
        .items(kept.rows() * Math.ceilDiv(kept.inner(), call.shape().columns()));
  }

  private static void rows(
      Call call, View x, Walk kept, Walk reduced, boolean squares, View y, double divisor) {
    call.kernel("reduce", "reduce_rows")
        .view(x)
        .axes(kept.extents())
        .axes(kept.strides()[0])
        .axes(reduced.outerExtents())
        .axes(reduced.outerStrides(0))
        .number(reduced.rows())
        .number(reduced.inner())
        .number(reduced.step(0))
        .integer(squares ? 1 : 0)
        .view(y)
        .real(divisor)
        .groups(y.shape().elements());
  }

  public static void avgPool3d(AvgPool3d op, Call call) {
    Shape y = call.out(0).shape();
    volume(call, call.kernel("resize", "avg_pool"), y.extent(-3), y.extent(-2), y.extent(-1))
        .integer(op.kt())
        .integer(op.kh())
        .integer(op.kw())
        .items(MovementOpenCl.chunks(call, call.out(0)));
  }

  public static void upsampleNearest(UpsampleNearest op, Call call) {
    Shape y = call.out(0).shape();
    Launch kernel = call.kernel("resize", "upsample_nearest");
    volume(call, kernel, y.extent(-3), y.extent(-2), y.extent(-1))
        .integer(op.st())
        .integer(op.sh())
        .integer(op.sw())
        .items(MovementOpenCl.chunks(call, call.out(0)));
  }

  public static void resizeBilinear(ResizeBilinear op, Call call) {
    Shape x = call.in(0).shape();
    Launch kernel = call.kernel("resize", "resize_bilinear");
    volume(call, kernel, x.extent(-2), x.extent(-1), op.height(), op.width())
        .items(MovementOpenCl.chunks(call, call.out(0)));
  }

  private static Launch volume(Call call, Launch kernel, long... extents) {
    View y = call.out(0);
    kernel.view(call.dense(call.in(0))).view(y).number(y.shape().elements());
    for (long extent : extents) {
      kernel.integer(extent);
    }
    return kernel;
  }
}
