package framepack.tensor.cpu;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.UpsampleNearest;
import java.lang.foreign.MemorySegment;

/// y[.., t, h, w] = x[.., t / st, h / sh, w / sw]
///
/// shapes  : x [.., t, h, w] any layout; y [.., t st, h sh, w sw] dense
/// assumes : nothing; x is copied first unless dense
/// error   : none
/// work    : y written once -> memory bound
/// source  : the contract of [framepack.tensor.op.UpsampleNearest]
final class UpsampleNearestCpu {
  private UpsampleNearestCpu() {}

  static void run(UpsampleNearest op, Call call) {
    View x = call.dense(0);
    View y = call.out(0);
    Shape from = x.shape();
    long width = from.extent(-1);
    long rows = width == 0 ? 0 : from.elements() / width;
    long wide = y.shape().extent(-1);
    Bands bands = Bands.of(1, rows, wide * op.st() * op.sh());
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            long frame = row / from.extent(-2) * op.st();
            long first = frame * y.shape().extent(-2) + row % from.extent(-2) * op.sh();
            long at = y.byteOffset() + 4 * first * wide;
            widen(x, row * width, width, op.sw(), y, at);
            for (int t = 0; t < op.st(); t++) {
              for (int h = t == 0 ? 1 : 0; h < op.sh(); h++) {
                long to = at + 4 * (t * y.shape().extent(-2) + h) * wide;
                MemorySegment.copy(y.segment(), at, y.segment(), to, 4 * wide);
              }
            }
          }
        });
  }

  private static void widen(View x, long source, long width, int times, View y, long at) {
    long to = at;
    for (long w = 0; w < width; w++) {
      float value = Floats.get(x.segment(), x.byteOffset() + 4 * (source + w));
      for (int i = 0; i < times; i++) {
        Floats.set(y.segment(), to, value);
        to += 4;
      }
    }
  }
}
