package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.op.GatherBackward;
import java.lang.foreign.MemorySegment;

/// gtable[r, ...] = sum of gy[i, ...] over the i with indices[i] == r, ascending
///
/// shapes  : gy [n.., width], indices [n..], gtable [rows, width]
/// assumes : nothing; a strided gy is copied first
/// error   : sums in f32 of up to 32 rows at a time, two levels
/// work    : gy read once, gtable written once -> memory bound
/// source  : the contract of [framepack.tensor.op.GatherBackward]
final class GatherBackwardCpu {
  private GatherBackwardCpu() {}

  static void run(GatherBackward op, Call call) {
    if (call.in(0).dtype() != DType.F32) {
      throw call.unsupported();
    }
    View gy = call.dense(0);
    View table = call.out(0);
    int rows = Math.toIntExact(op.rows());
    long[] indices = Indices.of("GatherBackward", call.in(1), rows);
    int width = Math.toIntExact(table.shape().elements() / Math.max(1, rows));
    int[] starts = new int[rows + 1];
    int[] order = sort(indices, starts);
    MemorySegment x = gy.segment();
    Bands bands = Bands.of(1, rows, width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          ColumnSums sums = ColumnSums.in(own, width);
          for (int r = (int) bands.from(unit); r < bands.to(unit); r++) {
            sums.clear();
            for (int i = starts[r]; i < starts[r + 1]; i++) {
              sums.add(x, gy.byteOffset() + 4L * order[i] * width);
            }
            sums.write(1, table.segment(), table.byteOffset() + 4L * r * width);
          }
        });
  }

  /// The positions of every index, ascending; those of index `r` are at `starts[r]` up to `starts[r + 1]`.
  private static int[] sort(long[] indices, int[] starts) {
    for (long index : indices) {
      starts[(int) index + 1]++;
    }
    for (int r = 1; r < starts.length; r++) {
      starts[r] += starts[r - 1];
    }
    int[] next = starts.clone();
    int[] order = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      order[next[(int) indices[i]]++] = i;
    }
    return order;
  }
}
