package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Conv3dBackward;
import java.util.List;
import java.util.stream.Stream;

/// [Conv3d] as a product of weights and windows that are packed straight from the volume, and its gradient.
public final class ConvolutionOpenCl {
  /// A product, its sum with the rounding error kept, the way to the next.
  private static final double OPERATIONS_OF_SUM = 16;

  private ConvolutionOpenCl() {}

  /// Extents of weight and result, and the steps of the window.
  private record Window(Shape weight, Shape result, int st, int sh, int sw) {
    long taps() {
      return weight.elements() / Math.max(1, weight.extent(0));
    }

    long positions() {
      return result.extent(2) * result.extent(3) * result.extent(4);
    }

    Launch numbers(Launch kernel) {
      for (int axis = 2; axis < 5; axis++) {
        kernel.integer(weight.extent(axis));
      }
      for (int axis = 2; axis < 5; axis++) {
        kernel.integer(result.extent(axis));
      }
      return kernel.integer(st).integer(sh).integer(sw);
    }

    /// Packs what each weight meets; `columns` is `TAPS_ACROSS` if the taps lie along the panel, else the positions do.
    Gemm.Packing packing(Gemm gemm, View x, String... columns) {
      Call call = gemm.call();
      String[] macros =
          Stream.concat(Stream.of("WINDOWS", "SHARE=" + gemm.share()), Stream.of(columns))
              .toArray(String[]::new);
      long packs = gemm.shared() ? 1 : gemm.matrices();
      long columnsOfItem = call.shape().isGrouped() ? 1 : gemm.shape().tileColumns();
      return (packed, first, count) -> {
        Launch kernel =
            call.kernel(call.products(), "pack_windows", macros)
                .view(x)
                .axes(MovementOpenCl.strides(call, x.layout()))
                .view(packed)
                .number(packs)
                .integer(gemm.k())
                .integer(gemm.n())
                .integer(first)
                .integer(count);
        long elements = packs * count * gemm.k() * gemm.shape().tileColumns();
        numbers(kernel).items(elements / columnsOfItem);
      };
    }
  }

  public static void forward(Conv3d op, Call call) {
    View x = call.in(0);
    View weight = call.asFloats(call.dense(call.in(1)));
    View y = call.out(0);
    Window window = new Window(weight.shape(), y.shape(), op.st(), op.sh(), op.sw());
    long batch = x.shape().extent(0);
    long outputs = weight.shape().extent(0);
    Gemm gemm = new Gemm(call, batch, outputs, window.positions(), window.taps(), false);
    View bias = op.bias() ? call.asFloats(call.dense(call.in(2))) : null;
    gemm.run(
        matrix(weight, window.taps()),
        window.packing(gemm, x),
        y,
        new Gemm.Epilogue(bias, true, "none", null, null, 1));
  }

  /// Rows of a dense view; the same matrix for every item.
  private static Gemm.Left matrix(View view, long columns) {
    return new Gemm.Left(view, ProductOpenCl.ones(), ProductOpenCl.zeros(), columns, 1);
  }

  public static void backward(Conv3dBackward op, Call call) {
    View x = call.in(0);
    View gy = call.in(2);
    Window window = new Window(call.in(1).shape(), gy.shape(), op.st(), op.sh(), op.sw());
    ofInput(call, window, x.shape());
    ofWeight(call, window, x, gy);
    ReductionOpenCl.sum(call, gy, List.of(0, 2, 3, 4), call.out(2));
  }

  private static void ofInput(Call call, Window window, Shape x) {
    if (x.elements() == 0) {
      return;
    }
    Launch kernel =
        call.kernel("convolution", "conv_input_gradient")
            .view(call.dense(call.in(2)))
            .view(call.dense(call.in(1)))
            .view(call.out(0))
            .number(x.elements())
            .integer(window.weight().extent(0));
    for (int axis = 1; axis < 5; axis++) {
      kernel.integer(x.extent(axis));
    }
    double sums = (double) x.elements() * window.weight().elements() / x.extent(1);
    window
        .numbers(kernel)
        .flops(OPERATIONS_OF_SUM * sums)
        .items(MovementOpenCl.chunks(call, call.out(0)));
  }

  /// `gweight[o, tap]` is the sum over items and positions of gy and what the tap met.
  private static void ofWeight(Call call, Window window, View x, View gy) {
    View channelsFirst = call.dense(gy.with(gy.layout().permute(1, 0, 2, 3, 4)));
    long sums = x.shape().extent(0) * window.positions();
    long outputs = window.weight().extent(0);
    Gemm gemm = new Gemm(call, 1, outputs, window.taps(), sums, true);
    gemm.run(
        matrix(channelsFirst, sums),
        window.packing(gemm, x, "TAPS_ACROSS"),
        call.out(1),
        Gemm.Epilogue.NONE);
  }
}
