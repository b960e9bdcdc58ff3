package framepack.tensor.cpu;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;

/// y[i, ...] = table[indices[i], ...]
///
/// shapes  : table [rows, ...] any type and layout; indices any layout; y dense
/// assumes : nothing; a table whose rows are not dense is copied first
/// error   : none
/// work    : bytes of y twice -> memory bound
/// source  : the contract of [framepack.tensor.op.Gather]
final class GatherCpu {
  private GatherCpu() {}

  static void run(Call call) {
    View table = call.in(0);
    long[] indices = Indices.of("Gather", call.in(1), table.shape().extent(0));
    if (!table.layout().isDense(1)) {
      table = call.copy(table);
    }
    View y = call.out(0);
    if (y.shape().elements() == 0) {
      return;
    }
    MemorySegment source = table.segment();
    int bytes = table.dtype().bytes();
    long row = y.shape().elements() / indices.length * bytes;
    long step = table.layout().stride(0) * bytes;
    long first = table.byteOffset();
    Bands bands = Bands.of(1, indices.length, Math.max(1, row / 4));
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          for (long i = bands.from(unit); i < bands.to(unit); i++) {
            MemorySegment.copy(
                source,
                first + indices[(int) i] * step,
                y.segment(),
                y.byteOffset() + i * row,
                row);
          }
        });
  }
}
