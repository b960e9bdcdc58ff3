package framepack.tensor.cpu;

import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.View;
import framepack.tensor.op.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What this backend takes, and views seen as matrices.
final class Operands {
  private Operands() {}

  /// Requires f32 operands; with `weights` (a position or -1) also the storage types for that one.
  static void require(Op op, List<View> in, int count, int weights) {
    for (int i = 0; i < count; i++) {
      DType type = in.get(i).dtype();
      if (type != DType.F32 && !(i == weights && isWeight(op, i, in.get(i)))) {
        throw new UnsupportedOperand(
            "cpu",
            op,
            in.stream().map(View::toString).toList(),
            "it computes in F32 (weights also BF16, F16; those of Linear, whole, Q8_0, Q4_0): convert, or use the reference backend");
      }
    }
  }

  /// Whether it is stored in one of the types of weights.
  private static boolean isWeight(Op op, int i, View view) {
    return Cells.readable(view.dtype())
        || view.dtype().isBlocks() && op.takesBlocks(i) && view.layout().isDense();
  }

  /// Offset of entry `index`, in row-major order, of the first `axes` axes.
  static long offset(Layout layout, int axes, long index) {
    long at = layout.offset();
    long rest = index;
    for (int axis = axes - 1; axis >= 0; axis--) {
      long extent = layout.shape().extent(axis);
      at += rest % extent * layout.stride(axis);
      rest /= extent;
    }
    return at;
  }

  /// The last two axes at entry `index` of those before them.
  static Layout matrix(Layout layout, long index) {
    Layout matrix = layout;
    long rest = index;
    for (int axis = layout.shape().rank() - 3; axis >= 0; axis--) {
      long i = rest % layout.shape().extent(axis);
      matrix = matrix.slice(axis, i, i + 1);
      rest /= layout.shape().extent(axis);
    }
    return matrix;
  }

  /// The view itself if its rows are contiguous, else a dense copy of it.
  static View rows(View view) {
    Layout layout = view.layout();
    if (layout.shape().extent(-1) == 1 || layout.stride(-1) == 1) {
      return view;
    }
    long elements = layout.shape().elements();
    MemorySegment copy = Arena.ofAuto().allocate(4 * elements, 64);
    for (long i = 0; i < elements; i++) {
      long from = offset(layout, layout.shape().rank(), i);
      copy.set(Cells.FLOAT, 4 * i, Cells.read(view.dtype(), view.segment(), from));
    }
    return new View(DType.F32, Layout.dense(layout.shape(), 0), new HostStorage(copy));
  }

  /// The numbers of a vector as floats, followed by zeros up to `length`.
  static float[] vector(View view, int length) {
    float[] values = new float[length];
    int count = (int) view.shape().elements();
    long step = view.layout().stride(0);
    for (int i = 0; i < count; i++) {
      values[i] = Cells.read(view.dtype(), view.segment(), view.layout().offset() + i * step);
    }
    return values;
  }
}
