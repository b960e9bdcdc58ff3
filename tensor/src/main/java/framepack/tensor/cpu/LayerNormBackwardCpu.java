package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.LayerNormBackward;

/// gx = (g - mean_c g - xhat mean_c(g xhat)) / sqrt(var_c + eps), g = gy weight;
/// gweight[c] = sum_r gy xhat;  gbias[c] = sum_r gy
///
/// shapes  : x, gy [.., width] any layout; weight [width]; gx, gweight, gbias dense
/// assumes : nothing; operands without a contiguous innermost axis are copied first
/// error   : f32 lanes along rows; columns in f32 over 32 rows, then two levels, then double
/// work    : four passes over a row in cache
/// source  : arXiv:1607.06450; [NormGradient]
final class LayerNormBackwardCpu {
  private LayerNormBackwardCpu() {}

  static void run(LayerNormBackward op, Call call) {
    View x = call.rows(0);
    View gy = call.rows(1);
    int width = Math.toIntExact(x.shape().extent(-1));
    if (op.affine()) {
      NormRows.Columns columns = NormRows.affine(call.dense(2), null, width);
      NormGradient.run(call, x, gy, call.out(0), 1, op.eps(), columns, call.out(1), call.out(2));
    } else {
      NormRows.Columns columns = NormRows.plain(width);
      NormGradient.run(call, x, gy, call.out(0), 1, op.eps(), columns, null, null);
    }
  }
}
