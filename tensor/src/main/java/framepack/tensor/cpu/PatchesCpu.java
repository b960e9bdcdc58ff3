package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.Patches;

/// y[b, token(t, h, w), (c, t, h, w) within the patch] = x[b, c, t, h, w], x repeated at its end to whole patches
///
/// shapes  : x [batch, c, t, h, w] any layout; y [batch, tokens, c kt kh kw] dense
/// assumes : patches, and elements of a patch, number fewer than 2^31
/// error   : none
/// work    : 8 bytes an element, runs of kw elements in about 3 ns
/// source  : FramePack pad_for_3d_conv and Conv3d with stride = kernel; [PatchRows]
final class PatchesCpu {
  /// Elements of a unit, but at least one patch.
  private static final int UNIT = 1 << 13;

  private PatchesCpu() {}

  static void run(Patches op, Call call) {
    View y = call.out(0);
    PatchRows rows = new PatchRows(call.in(0), op.kt(), op.kh(), op.kw());
    int depth = rows.depth();
    int band = Math.max(1, UNIT / depth);
    call.run(
        Gemm.ceil(rows.count(), band),
        y.shape().elements(),
        (unit, own) -> {
          int first = unit * band;
          int count = Math.min(band, rows.count() - first);
          float[] some = own.floats(Scratch.STAGE, band * depth + Lanes.WIDTH);
          rows.readRows(first, count, 0, depth, some, 0, depth);
          long to = y.byteOffset() + Float.BYTES * (long) first * depth;
          Floats.write(some, 0, count * depth, y.segment(), to);
        });
  }
}
