package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.op.Fill;
import java.lang.foreign.MemorySegment;

/// y[i] = value
///
/// shapes  : y any type, dense
/// assumes : nothing; all-zero bytes and F32 take the wide path
/// error   : the value rounded once to the type of y
/// work    : bytes of y -> memory bound
/// source  : the contract of [framepack.tensor.op.Fill]
final class FillCpu {
  private FillCpu() {}

  static void run(Fill op, Call call) {
    View y = call.out(0);
    MemorySegment data = y.segment();
    int bytes = y.dtype().bytes();
    boolean zero = Double.doubleToRawLongBits(op.value()) == 0;
    Walk walk = Walk.over(y.layout());
    walk.forEach(
        call,
        (row, from, count) -> {
          long at = walk.at(0, row) + from;
          if (zero) {
            data.asSlice(at * bytes, (long) count * bytes).fill((byte) 0);
          } else if (y.dtype() == DType.F32) {
            floats(data, 4 * at, count, (float) op.value());
          } else {
            for (int i = 0; i < count; i++) {
              CopyCpu.write(data, y.dtype(), at + i, op.value());
            }
          }
        });
  }

  private static void floats(MemorySegment data, long at, int count, float value) {
    for (int i = 0; i < count; i++) {
      Floats.set(data, at + 4L * i, value);
    }
  }
}
