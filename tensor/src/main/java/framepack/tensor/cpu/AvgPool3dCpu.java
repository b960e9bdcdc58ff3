package framepack.tensor.cpu;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.AvgPool3d;

/// y[.., t, h, w] = mean of x over the block (kt, kh, kw) at (t kt, h kh, w kw)
///
/// shapes  : x [.., t, h, w] any layout; y [.., t/kt, h/kh, w/kw] dense
/// assumes : nothing; x is copied first unless dense
/// error   : f32 over 32 rows of a block, two levels; double along a row
/// work    : x read once -> memory bound
/// source  : the contract of [framepack.tensor.op.AvgPool3d]
final class AvgPool3dCpu {
  private static final int ROW = Scratch.FIRST_FREE;

  private AvgPool3dCpu() {}

  static void run(AvgPool3d op, Call call) {
    View x = call.dense(0);
    View y = call.out(0);
    Shape to = y.shape();
    int width = Math.toIntExact(x.shape().extent(-1));
    long rows = to.extent(-1) == 0 ? 0 : to.elements() / to.extent(-1);
    Bands bands = Bands.of(1, rows, (long) op.kt() * op.kh() * width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          float[] row = own.floats(ROW, width);
          ColumnSums sums = ColumnSums.in(own, width);
          for (long r = bands.from(unit); r < bands.to(unit); r++) {
            sums.clear();
            long h = r % to.extent(-2);
            long frame = r / to.extent(-2) * op.kt();
            for (int t = 0; t < op.kt(); t++) {
              long first = (frame + t) * x.shape().extent(-2) + h * op.kh();
              for (int i = 0; i < op.kh(); i++) {
                sums.add(x.segment(), x.byteOffset() + 4 * (first + i) * width);
              }
            }
            sums.take(row, 0);
            fold(op, row, y, r * to.extent(-1));
          }
        });
  }

  private static void fold(AvgPool3d op, float[] row, View y, long target) {
    double scale = 1.0 / (op.kt() * op.kh() * op.kw());
    for (int w = 0; w < y.shape().extent(-1); w++) {
      double sum = 0;
      for (int i = 0; i < op.kw(); i++) {
        sum += row[w * op.kw() + i];
      }
      Floats.set(y.segment(), y.byteOffset() + 4 * (target + w), (float) (scale * sum));
    }
  }
}
