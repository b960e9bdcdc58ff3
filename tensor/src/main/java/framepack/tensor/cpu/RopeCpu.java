package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.Rope;

/// y[2i] = x[2i] cos[2i] - x[2i+1] sin[2i];  y[2i+1] = x[2i+1] cos[2i+1] + x[2i] sin[2i+1], or the transposed map
///
/// shapes  : x [batch, tokens, heads, d] any layout; cos, sin [tokens, d] or [batch, tokens, d]; y dense
/// assumes : d even; x without a contiguous innermost axis is copied first
/// error   : two roundings
/// work    : 8 bytes an element -> memory bound
/// source  : arXiv:2104.09864; [Rotation]
final class RopeCpu {
  private RopeCpu() {}

  static void run(Rope op, Call call) {
    View x = call.rows(0);
    View cos = call.dense(1);
    View sin = call.dense(2);
    View y = call.out(0);
    Walk walk = Walk.rows(x.layout(), y.layout());
    int width = Math.toIntExact(walk.width());
    long heads = x.shape().extent(2);
    long angles = cos.shape().elements() / Math.max(1, width);
    Bands bands = Bands.of(1, x.shape().extent(0) * x.shape().extent(1), heads * width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          Rotation rotation = Rotation.in(own, width);
          for (long token = bands.from(unit); token < bands.to(unit); token++) {
            rotation.read(cos, sin, token % angles, width, op.transpose());
            for (long row = token * heads; row < (token + 1) * heads; row++) {
              long xo = 4 * walk.at(0, row);
              rotation.turn(x.segment(), xo, y.segment(), 4 * walk.at(1, row), width);
            }
          }
        });
  }
}
