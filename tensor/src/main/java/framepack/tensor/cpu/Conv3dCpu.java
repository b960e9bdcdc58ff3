package framepack.tensor.cpu;

import framepack.tensor.core.Layout;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Conv3d;
import java.util.Arrays;
import java.util.List;

/// [Conv3d] as an implicit product: y [o, positions] = weight [o, taps] x [taps, positions], the right
/// operand gathered while it is packed, one product for every batch item.
final class Conv3dCpu {
  private Conv3dCpu() {}

  static void run(Threads threads, Conv3d op, List<View> in, List<View> out) {
    Operands.require(op, in, in.size(), 1);
    View x = in.get(0);
    View weight = in.get(1);
    View y = out.get(0);
    int o = Math.toIntExact(weight.shape().extent(0));
    Epilogue.Bias bias = op.bias() ? rowBias(in.get(2), o) : null;
    long[] positions = positions(x.layout(), y.layout(), op.st(), op.sh(), op.sw());
    long[] taps = taps(x.layout(), weight.layout());
    PanelSource left = rows(weight);
    for (int b = 0; b < y.shape().extent(0); b++) {
      long base = x.layout().offset() + b * x.layout().stride(0);
      PanelSource right = new TablePanels(x.segment(), x.dtype(), base, positions, taps);
      long to = y.layout().offset() + (long) b * o * positions.length;
      Epilogue.Matrix matrix = new Epilogue.Matrix(y.segment(), to, positions.length);
      Epilogue epilogue = new Epilogue(matrix, bias, Activation.NONE, null, null, false);
      new Gemm(o, positions.length, taps.length, left, right, epilogue).run(threads);
    }
  }

  private static Epilogue.Bias rowBias(View bias, int o) {
    return new Epilogue.Bias(Operands.vector(bias, Gemm.ceil(o, Micro.ROWS) * Micro.ROWS), true);
  }

  /// Where the windows of all outputs of a batch item begin in x.
  static long[] positions(Layout x, Layout y, int st, int sh, int sw) {
    return TablePanels.offsets(
        Arrays.copyOfRange(y.shape().toArray(), 2, 5),
        new long[] {st * x.stride(2), sh * x.stride(3), sw * x.stride(4)});
  }

  /// Where the elements of a window lie in x, in the order of a flattened weight.
  static long[] taps(Layout x, Layout weight) {
    return TablePanels.offsets(
        Arrays.copyOfRange(weight.shape().toArray(), 1, 5),
        new long[] {x.stride(1), x.stride(2), x.stride(3), x.stride(4)});
  }

  /// weight [o, taps] with one panel entry for every output channel.
  static PanelSource rows(View weight) {
    Layout layout = weight.layout();
    if (layout.isDense(1)) {
      return new Panels(weight.segment(), weight.dtype(), layout.offset(), layout.stride(0), 1);
    }
    long[] along =
        TablePanels.offsets(new long[] {layout.shape().extent(0)}, new long[] {layout.stride(0)});
    return new TablePanels(
        weight.segment(), weight.dtype(), layout.offset(), along, taps(layout, layout));
  }
}
