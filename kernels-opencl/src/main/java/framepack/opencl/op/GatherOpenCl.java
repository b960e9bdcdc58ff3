package framepack.opencl.op;

import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.View;
import framepack.tensor.op.Gather;
import framepack.tensor.op.GatherBackward;
import java.util.List;

/// Rows by number: [Gather] and its gradient. Numbers are read back and checked before anything is written.
public final class GatherOpenCl {
  private GatherOpenCl() {}

  public static void gather(Gather op, Call call) {
    View table = call.in(0);
    View indices = checked(op.name(), call, table.shape().extent(0));
    long count = indices.shape().elements();
    if (call.out(0).shape().elements() == 0) {
      return;
    }
    Layout row = table.layout().slice(0, 0, 1);
    Walk walk = Walk.of(row.shape(), List.of(row));
    long width = call.out(0).shape().elements() / count;
    call.kernel("movement", "gather_" + table.dtype().bytes())
        .view(table)
        .number(table.layout().stride(0))
        .axes(walk.extents())
        .axes(walk.strides()[0])
        .number(width)
        .view(indices)
        .number(count)
        .view(call.out(0))
        .items(count * Math.ceilDiv(width, call.shape().chunk()));
  }

  public static void gatherBackward(GatherBackward op, Call call) {
    View indices = checked(op.name(), call.floats(1), op.rows());
    View table = call.out(0);
    if (table.shape().elements() == 0) {
      return;
    }
    long width = table.shape().elements() / op.rows();
    View gy = call.dense(call.in(0));
    call.kernel("scatter", "gather_backward")
        .view(gy)
        .view(indices)
        .number(indices.shape().elements())
        .number(width)
        .view(table)
        .number(op.rows())
        .items(op.rows() * Math.ceilDiv(width, call.shape().chunk()));
  }

  /// Input 1 as dense I64 numbers, every one of them within `[0, rows)`.
  private static View checked(String op, Call call, long rows) {
    View given = call.in(1);
    View indices = call.scratch(DType.I64, given.shape().toArray());
    MovementOpenCl.convert(call, given, indices);
    long[] numbers = call.readLongs(indices);
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] < 0 || numbers[i] >= rows) {
        throw new IllegalArgumentException(
            "%s: index %d is %d, expected 0 <= index < %d rows".formatted(op, i, numbers[i], rows));
      }
    }
    return indices;
  }
}
