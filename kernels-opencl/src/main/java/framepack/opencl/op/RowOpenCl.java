package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.ArgMax;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Rope;
import framepack.tensor.op.Softmax;
import framepack.tensor.op.SoftmaxBackward;
import java.util.List;

/// Operations on contiguous rows: softmax, the largest element, rotary positions.
public final class RowOpenCl {
  private RowOpenCl() {}

  public static void softmax(Softmax op, Call call) {
    View y = call.out(0);
    if (y.shape().elements() > 0) {
      long d = y.shape().extent(-1);
      rows(call.kernel("softmax", "softmax"), call.rows(call.in(0)))
          .view(y)
          .integer(d)
          .groups(y.shape().elements() / d);
    }
  }

  public static void softmaxBackward(SoftmaxBackward op, Call call) {
    View gx = call.out(0);
    if (gx.shape().elements() > 0) {
      long d = gx.shape().extent(-1);
      View y = call.rows(call.in(0));
      View gy = call.rows(call.in(1));
      rows(rows(call.kernel("softmax", "softmax_backward"), y), gy)
          .view(gx)
          .integer(d)
          .groups(gx.shape().elements() / d);
    }
  }

  public static void argMax(ArgMax op, Call call) {
    View y = call.out(0);
    if (y.shape().elements() > 0) {
      View x = call.rows(call.in(0));
      rows(call.kernel("argmax", "arg_max"), x)
          .view(y)
          .integer(x.shape().extent(-1))
          .groups(y.shape().elements());
    }
  }

  public static void rope(Rope op, Call call) {
    View x = call.rows(call.in(0));
    rotate(call, x, x, call.in(1), call.in(2), 0, false, op.transpose());
  }

  public static void rmsNormRope(RmsNormRope op, Call call) {
    View x = call.rows(call.in(0));
    rotate(call, x, call.dense(call.in(1)), call.in(2), call.in(3), op.eps(), true, false);
  }

  private static void rotate(
      Call call,
      View x,
      View weight,
      View cosines,
      View sines,
      double eps,
      boolean normed,
      boolean transpose) {
    Shape shape = x.shape(); // [batch, tokens, heads, d]
    if (shape.elements() == 0) {
      return;
    }
    View cos = call.dense(cosines);
    View sin = call.dense(sines);
    rows(call.kernel("rope", "rope"), x)
        .view(weight)
        .view(cos)
        .view(sin)
        .view(call.out(0))
        .integer(shape.extent(3))
        .integer(shape.extent(2))
        .number(shape.extent(1))
        .number(cosines.shape().rank() == 3 ? shape.extent(0) : 1)
        .real(eps)
        .integer(normed ? 1 : 0)
        .integer(transpose ? 1 : 0)
        .groups(shape.elements() / shape.extent(3));
  }

  /// A pointer to contiguous rows and where each begins.
  private static Launch rows(Launch kernel, View view) {
    Layout firsts = view.layout().slice(-1, 0, 1);
    Walk walk = Walk.of(firsts.shape(), List.of(firsts));
    return kernel.view(view).axes(walk.extents()).axes(walk.strides()[0]);
  }
}
