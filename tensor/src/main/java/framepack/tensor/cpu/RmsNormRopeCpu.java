package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.RmsNormRope;

/// y = rope(x / sqrt(mean_c(x²) + eps) * weight, cos, sin)
///
/// shapes  : x [batch, tokens, heads, d] any layout; weight [d]; cos, sin [tokens, d] or [batch, tokens, d]; y dense
/// assumes : d even; x without a contiguous innermost axis is copied first
/// error   : as RmsNorm and Rope
/// work    : two passes over a row in cache -> memory bound for long rows
/// source  : arXiv:1910.07467, arXiv:2104.09864; [Rotation]
final class RmsNormRopeCpu {
  private static final int WEIGHT = Scratch.FIRST_FREE + 2;

  private RmsNormRopeCpu() {}

  static void run(RmsNormRope op, Call call) {
    View x = call.rows(0);
    View weight = call.dense(1);
    View cos = call.dense(2);
    View sin = call.dense(3);
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
          float[] factor = own.floats(WEIGHT, Floats.padded(width));
          Floats.read(weight.segment(), weight.byteOffset(), factor, 0, width);
          Rotation rotation = Rotation.in(own, width);
          RowMoments moments = new RowMoments(own, x.segment(), walk, op.eps());
          long end = bands.to(unit) * heads;
          int rows;
          for (long first = bands.from(unit) * heads; first < end; first += rows) {
            rows = moments.rows(first, end);
            moments.plain(rows);
            for (int r = 0; r < rows; r++) {
              long row = first + r;
              if (row % heads == 0) {
                rotation.read(cos, sin, row / heads % angles, width, false);
              }
              long xo = moments.at(0, r);
              long yo = moments.at(1, r);
              rotation.turn(x.segment(), xo, moments.scale(r), factor, y.segment(), yo, width);
            }
          }
        });
  }
}
