package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Conv3dBackward;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// [Conv3dBackward] as implicit products, as [Conv3dCpu] is.
///
/// gweight [o, taps] += gy [o, positions] x [positions, taps], item by item; gx [c, inputs] = turned
/// weight [c, o taps] spread gy [o taps, inputs], where gy is spread by the strides and framed by
/// zeros, so that every input sees a whole window.
final class Conv3dBackwardCpu {
  private final Threads threads;
  private final Conv3dBackward op;
  private final View x;
  private final View weight;
  private final View gy;

  private Conv3dBackwardCpu(Threads threads, Conv3dBackward op, List<View> in) {
    this.threads = threads;
    this.op = op;
    this.x = in.get(0);
    this.weight = in.get(1);
    this.gy = in.get(2);
  }

  static void run(Threads threads, Conv3dBackward op, List<View> in, List<View> out) {
    Operands.require(op, in, in.size(), -1); // gweight has the type of the weight
    Conv3dBackwardCpu job = new Conv3dBackwardCpu(threads, op, in);
    job.weightGradient(out.get(1));
    job.biasGradient(out.get(2));
    job.inputGradient(out.get(0));
  }

  private void weightGradient(View to) {
    int o = Math.toIntExact(to.shape().extent(0));
    long[] positions = Conv3dCpu.positions(x.layout(), gy.layout(), op.st(), op.sh(), op.sw());
    long[] taps = Conv3dCpu.taps(x.layout(), to.layout());
    long[] rows = TablePanels.offsets(new long[] {o}, new long[] {gy.layout().stride(1)});
    long[] columns = Conv3dCpu.positions(gy.layout(), gy.layout(), 1, 1, 1);
    Epilogue.Matrix matrix = new Epilogue.Matrix(to.segment(), to.layout().offset(), taps.length);
    for (int b = 0; b < Math.max(1, gy.shape().extent(0)); b++) {
      long left = gy.layout().offset() + b * gy.layout().stride(0);
      long right = x.layout().offset() + b * x.layout().stride(0);
      new Gemm(
              o,
              taps.length,
              gy.shape().extent(0) == 0 ? 0 : positions.length,
              new TablePanels(gy.segment(), gy.dtype(), left, rows, columns),
              new TablePanels(x.segment(), x.dtype(), right, taps, positions),
              new Epilogue(matrix, null, Activation.NONE, null, null, b > 0))
          .run(threads);
    }
  }

  /// Sums in double, in row-major order.
  private void biasGradient(View to) {
    long[] columns = Conv3dCpu.positions(gy.layout(), gy.layout(), 1, 1, 1);
    threads.parallel(
        Math.toIntExact(to.shape().extent(0)),
        o -> {
          double sum = 0;
          for (long b = 0; b < gy.shape().extent(0); b++) {
            long from =
                gy.layout().offset() + b * gy.layout().stride(0) + o * gy.layout().stride(1);
            for (long column : columns) {
              sum += Cells.read(gy.dtype(), gy.segment(), from + column);
            }
          }
          to.segment().set(Cells.FLOAT, 4 * (to.layout().offset() + o), (float) sum);
        });
  }

  private void inputGradient(View to) {
    Layout w = weight.layout();
    int c = Math.toIntExact(w.shape().extent(1));
    int inputs = Math.toIntExact(to.shape().elements() / Math.max(1, to.shape().outer(2)));
    long[] taps = {
      w.shape().extent(0), w.shape().extent(2), w.shape().extent(3), w.shape().extent(4)
    };
    View spread = spread();
    Layout s = spread.layout();
    long[] right =
        TablePanels.offsets(taps, new long[] {s.stride(0), s.stride(1), s.stride(2), s.stride(3)});
    long[] turned =
        TablePanels.offsets(
            taps, new long[] {w.stride(0), -w.stride(2), -w.stride(3), -w.stride(4)});
    long last = w.offset();
    for (int axis = 2; axis < 5; axis++) {
      last += (w.shape().extent(axis) - 1) * w.stride(axis);
    }
    long[] rows = TablePanels.offsets(new long[] {c}, new long[] {w.stride(1)});
    long[] places =
        TablePanels.offsets(
            new long[] {to.shape().extent(2), to.shape().extent(3), to.shape().extent(4)},
            new long[] {s.stride(1), s.stride(2), s.stride(3)});
    for (int b = 0; b < to.shape().extent(0); b++) {
      fill(spread, b);
      long at = to.layout().offset() + (long) b * c * inputs;
      new Gemm(
              c,
              inputs,
              right.length,
              new TablePanels(weight.segment(), weight.dtype(), last, rows, turned),
              new TablePanels(spread.segment(), DType.F32, 0, places, right),
              Epilogue.store(new Epilogue.Matrix(to.segment(), at, inputs)))
          .run(threads);
    }
  }

  /// Room for gy of one item with its strides as gaps and a frame of zeros: [o, t, h, w].
  private View spread() {
    long[] extents = {weight.shape().extent(0), 0, 0, 0};
    for (int axis = 2; axis < 5; axis++) {
      extents[axis - 1] = x.shape().extent(axis) + weight.shape().extent(axis) - 1;
    }
    Shape shape = Shape.of(extents);
    MemorySegment data = Arena.ofAuto().allocate(Math.max(4, 4 * shape.elements()), 64);
    return new View(DType.F32, Layout.dense(shape, 0), new HostStorage(data));
  }

  /// Every item overwrites the same cells; the others keep the zeros of their allocation.
  private void fill(View spread, int b) {
    Layout s = spread.layout();
    Layout g = gy.layout();
    Shape k = weight.shape();
    long frame =
        (k.extent(2) - 1) * s.stride(1)
            + (k.extent(3) - 1) * s.stride(2)
            + (k.extent(4) - 1) * s.stride(3);
    long[] from = Conv3dCpu.positions(g, g, 1, 1, 1);
    long[] to =
        TablePanels.offsets(
            new long[] {g.shape().extent(2), g.shape().extent(3), g.shape().extent(4)},
            new long[] {op.st() * s.stride(1), op.sh() * s.stride(2), op.sw() * s.stride(3)});
    threads.parallel(
        Math.toIntExact(k.extent(0)),
        o -> {
          long source = g.offset() + b * g.stride(0) + o * g.stride(1);
          for (int i = 0; i < from.length; i++) {
            float value = Cells.read(gy.dtype(), gy.segment(), source + from[i]);
            spread.segment().set(Cells.FLOAT, 4 * (o * s.stride(0) + frame + to[i]), value);
          }
        });
  }
}
