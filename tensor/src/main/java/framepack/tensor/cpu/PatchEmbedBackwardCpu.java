package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.PatchEmbedBackward;

/// gweight[o, p] = sum_i gy[i, o] * patch(i)[p]: the transposed product of [PatchEmbedCpu]
///
/// shapes  : x [batch, c, t, h, w] any layout; gy [batch, tokens, n]; gweight [n, c, kt, kh, kw] dense
/// assumes : as there; gy is copied first unless dense
/// error   : one rounding a step, blocks of patches in ascending order
/// work    : 2 batch tokens flop an element of gweight; x is read once for every band of gyᵀ
/// source  : as there
final class PatchEmbedBackwardCpu {
  private PatchEmbedBackwardCpu() {}

  static void run(Threads threads, PatchEmbedBackward op, Call call) {
    View gy = call.dense(1);
    View to = call.out(0);
    PatchRows rows = new PatchRows(call.in(0), op.kt(), op.kh(), op.kw());
    int n = Math.toIntExact(gy.shape().extent(2));
    Panels left = new Panels(gy.segment(), gy.dtype(), gy.layout().offset(), 1, n);
    Epilogue.Matrix matrix = new Epilogue.Matrix(to.segment(), to.layout().offset(), rows.depth());
    new Gemm(n, rows.depth(), rows.count(), left, rows.turned(), Epilogue.store(matrix))
        .run(threads);
  }
}
