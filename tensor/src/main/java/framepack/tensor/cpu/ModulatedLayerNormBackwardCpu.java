package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.ModulatedLayerNormBackward;

/// gx = (g - mean_c g - xhat mean_c(g xhat)) / sqrt(var_c + eps), g = gy (1 + scale[b]);
/// gshift[b, c] = sum_t gy;  gscale[b, c] = sum_t gy xhat
///
/// shapes  : x, gy [batch, tokens, width] any layout; scale [batch, width]; results dense
/// assumes : nothing; operands without a contiguous innermost axis are copied first
/// error   : as LayerNormBackward
/// work    : four passes over a row in cache
/// source  : arXiv:2212.09748; [NormGradient]
final class ModulatedLayerNormBackwardCpu {
  private ModulatedLayerNormBackwardCpu() {}

  static void run(ModulatedLayerNormBackward op, Call call) {
    View x = call.rows(0);
    View gy = call.rows(2);
    int width = Math.toIntExact(x.shape().extent(-1));
    NormRows.Columns columns = NormRows.modulation(call.dense(1), null, width);
    long batch = x.shape().extent(0);
    NormGradient.run(call, x, gy, call.out(0), batch, op.eps(), columns, call.out(2), call.out(1));
  }
}
