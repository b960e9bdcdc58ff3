package framepack.tensor.cpu;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.PatchEmbed;
import java.util.List;

/// y[i, o] = bias[o] + sum_p patch(i)[p] * weight[o, p]: an implicit product, one for all items of a batch
///
/// shapes  : x [batch, c, t, h, w] any layout; weight [n, c, kt, kh, kw] any layout, bias [n]; y [batch, tokens, n] dense
/// assumes : patches, and elements of a patch, number fewer than 2^31
/// error   : one rounding a step, blocks of the depth in ascending order
/// work    : 2 c kt kh kw flop an element of y; runs of kw elements of x are copied once, as [Gemm] packs them, 3 ns a run
/// source  : FramePack pad_for_3d_conv and Conv3d with stride = kernel; implicit GEMM (arXiv:1410.0759); [PatchRows]
final class PatchEmbedCpu {
  private PatchEmbedCpu() {}

  static void run(Threads threads, PatchEmbed op, List<View> in, List<View> out) {
    Operands.require(op, in, 3, 1);
    View weight = in.get(1);
    View y = out.get(0);
    Shape kernel = weight.shape();
    int n = Math.toIntExact(kernel.extent(0));
    PatchRows rows =
        new PatchRows(
            in.get(0), (int) kernel.extent(2), (int) kernel.extent(3), (int) kernel.extent(4));
    float[] bias = Operands.vector(in.get(2), Gemm.ceil(n, Micro.COLUMNS) * Micro.COLUMNS);
    Epilogue epilogue =
        new Epilogue(
            new Epilogue.Matrix(y.segment(), y.layout().offset(), n),
            new Epilogue.Bias(bias, false),
            Activation.NONE,
            null,
            null,
            false);
    new Gemm(rows.count(), n, rows.depth(), rows, Conv3dCpu.rows(weight), epilogue).run(threads);
  }
}
