package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.ModulatedLayerNorm;

/// y[b, t, c] = (x[b, t, c] - mean_c) / sqrt(var_c + eps) * (1 + scale[b, c]) + shift[b, c]
///
/// shapes  : x [batch, tokens, width] any layout; shift, scale [batch, width]; y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first
/// error   : as LayerNorm
/// work    : three passes over a row in cache -> memory bound for long rows
/// source  : arXiv:2212.09748; [NormRows]
final class ModulatedLayerNormCpu {
  private ModulatedLayerNormCpu() {}

  static void run(ModulatedLayerNorm op, Call call) {
    View x = call.rows(0);
    int width = Math.toIntExact(x.shape().extent(-1));
    NormRows.Columns columns = NormRows.modulation(call.dense(2), call.dense(1), width);
    NormRows.forward(call, x, call.out(0), x.shape().extent(0), op.eps(), columns);
  }
}
