package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.LayerNorm;

/// y[r, c] = (x[r, c] - mean_c) / sqrt(var_c + eps) * weight[c] + bias[c]
///
/// shapes  : x [.., width] any layout; weight, bias [width]; y dense
/// assumes : nothing; x without a contiguous innermost axis is copied first
/// error   : f32 lanes, the mean corrected by a second pass; 2e-6 of the largest y for |mean| of order sqrt(var)
/// work    : three passes over a row in cache -> memory bound for long rows
/// source  : arXiv:1607.06450; [NormRows]
final class LayerNormCpu {
  private LayerNormCpu() {}

  static void run(LayerNorm op, Call call) {
    View x = call.rows(0);
    int width = Math.toIntExact(x.shape().extent(-1));
    NormRows.Columns columns =
        op.affine() ? NormRows.affine(call.dense(1), call.dense(2), width) : NormRows.plain(width);
    NormRows.forward(call, x, call.out(0), 1, op.eps(), columns);
  }
}
