package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.GroupNorm;
import framepack.tensor.op.GroupNormBackward;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.LayerNormBackward;
import framepack.tensor.op.ModulatedLayerNorm;
import framepack.tensor.op.ModulatedLayerNormBackward;
import framepack.tensor.op.RmsNorm;
import framepack.tensor.op.RmsNormBackward;
import java.util.List;

/// The norms and their gradients, all by the kernels of `norm.cl`.
public final class NormOpenCl {
  private static final String FILE = "norm";
  private static final int CENTRED = 1;
  private static final int WEIGHTED = 2;
  private static final int BIASED = 4;

  private NormOpenCl() {}

  /// What is normalised: `runs` of `size` elements, and which entry of the weights each run has (see `norm.cl`).
  private record Runs(
      long runs, long size, long positions, long repeat, long period, double plus, int flags) {
    /// Rows of the innermost axis that share their weights.
    static Runs rows(View x, int flags) {
      long size = x.shape().extent(-1);
      long runs = size == 0 ? 0 : x.shape().elements() / size;
      return new Runs(runs, size, 1, 1, 1, 0, flags);
    }

    /// Rows [batch, tokens, d] with weights [batch, d] to which 1 is added.
    static Runs modulated(View x) {
      Shape shape = x.shape();
      long runs = shape.extent(0) * shape.extent(1);
      int flags = CENTRED | WEIGHTED | BIASED;
      return new Runs(
          runs, shape.extent(2), 1, Math.max(1, shape.extent(1)), shape.extent(0), 1, flags);
    }

    /// Groups of channels of x [n, c, ...].
    static Runs groups(View x, int groups) {
      long runs = x.shape().extent(0) * groups;
      long channels = x.shape().extent(1) / groups;
      long positions = x.shape().extent(0) == 0 ? 1 : x.shape().elements() / runs / channels;
      int flags = CENTRED | WEIGHTED | BIASED;
      return new Runs(runs, channels * positions, positions, 1, groups, 0, flags);
    }

    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    Launch numbers(Launch kernel) {
      return kernel.integer(size).integer(positions).number(repeat).number(period);
    }
  }

  public static void layerNorm(LayerNorm op, Call call) {
    int flags = op.affine() ? CENTRED | WEIGHTED | BIASED : CENTRED;
    View x = call.rows(call.in(0));
    View weight = op.affine() ? call.in(1) : x;
    View bias = op.affine() ? call.in(2) : x;
    forward(call, Runs.rows(x, flags), x, weight, bias, op.eps());
  }

  public static void rmsNorm(RmsNorm op, Call call) {
    View x = call.rows(call.in(0));
    forward(call, Runs.rows(x, WEIGHTED), x, call.in(1), x, op.eps());
  }

  public static void modulatedLayerNorm(ModulatedLayerNorm op, Call call) {
    View x = call.rows(call.in(0));
    forward(call, Runs.modulated(x), x, call.in(2), call.in(1), op.eps());
  }

  public static void groupNorm(GroupNorm op, Call call) {
    View x = call.dense(call.in(0));
    forward(call, Runs.groups(x, op.groups()), x, call.in(1), call.in(2), op.eps());
  }

  private static void forward(Call call, Runs runs, View x, View weight, View bias, double eps) {
    if (call.out(0).shape().elements() > 0) {
      Launch kernel = call.kernel(FILE, "normalise");
      runs(kernel, runs, x)
          .view(runs.has(WEIGHTED) ? call.dense(weight) : x)
          .view(runs.has(BIASED) ? call.dense(bias) : x)
          .view(call.out(0));
      runs.numbers(kernel).real(runs.plus()).real(eps).integer(runs.flags()).groups(runs.runs());
    }
  }

  public static void layerNormBackward(LayerNormBackward op, Call call) {
    int flags = op.affine() ? CENTRED | WEIGHTED | BIASED : CENTRED;
    View x = call.rows(call.in(0));
    View weight = op.affine() ? call.in(2) : x;
    View gweight = op.affine() ? call.out(1) : null;
    View gbias = op.affine() ? call.out(2) : null;
    View gy = call.rows(call.in(1));
    backward(call, Runs.rows(x, flags), x, weight, gy, gweight, gbias, op.eps());
  }

  public static void rmsNormBackward(RmsNormBackward op, Call call) {
    View x = call.rows(call.in(0));
    View gy = call.rows(call.in(2));
    backward(call, Runs.rows(x, WEIGHTED), x, call.in(1), gy, call.out(1), null, op.eps());
  }

  public static void modulatedLayerNormBackward(ModulatedLayerNormBackward op, Call call) {
    View x = call.rows(call.in(0));
    View gy = call.rows(call.in(2));
    backward(call, Runs.modulated(x), x, call.in(1), gy, call.out(2), call.out(1), op.eps());
  }

  public static void groupNormBackward(GroupNormBackward op, Call call) {
    View x = call.dense(call.in(0));
    View gy = call.dense(call.in(2));
    Runs runs = Runs.groups(x, op.groups());
    backward(call, runs, x, call.in(1), gy, call.out(1), call.out(2), op.eps());
  }

  private static void backward(
      Call call, Runs runs, View x, View weight, View gy, View gweight, View gbias, double eps) {
    View stats = call.scratch(DType.F32, runs.runs(), 2);
    if (runs.runs() > 0 && runs.size() > 0) {
      Launch kernel = call.kernel(FILE, "normalise_backward");
      runs(kernel, runs, x);
      runs(kernel, runs, gy)
          .view(runs.has(WEIGHTED) ? call.dense(weight) : x)
          .view(call.out(0))
          .view(stats);
      runs.numbers(kernel).real(runs.plus()).real(eps).integer(runs.flags()).groups(runs.runs());
    }
    if (gweight != null && gweight.shape().elements() > 0) {
      parameters(call, runs, x, gy, stats, gweight, gbias);
    }
  }

  private static void parameters(
      Call call, Runs runs, View x, View gy, View stats, View gweight, View gbias) {
    Launch kernel = call.kernel(FILE, "norm_parameters");
    runs(kernel, runs, x);
    runs(kernel, runs, gy)
        .view(stats)
        .view(gweight)
        .view(gbias == null ? gweight : gbias)
        .number(runs.runs());
    long blocks = Math.ceilDiv(runs.size() / runs.positions(), call.shape().columns());
    runs.numbers(kernel)
        .integer(gbias == null ? runs.flags() & ~BIASED : runs.flags())
        .items(runs.period() * blocks);
  }

  /// A pointer to contiguous runs and where each begins.
  private static Launch runs(Launch kernel, Runs runs, View view) {
    Layout layout = view.layout();
    Layout firsts =
        runs.positions() == 1 && layout.shape().extent(-1) == runs.size()
            ? layout.slice(-1, 0, Math.min(1, runs.size()))
            : Layout.dense(Shape.of(runs.runs(), runs.size()), layout.offset()).slice(1, 0, 1);
    Walk walk = Walk.of(firsts.shape(), List.of(firsts));
    return kernel.view(view).axes(walk.extents()).axes(walk.strides()[0]);
  }
}
