package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.View;

/// Matrices [k, n] of any strides packed into panels of `width` columns, [panels, k, width] each, zeros beyond column n: what
/// the kernels of products and of attention read in order.
///
/// @param width columns of a panel
/// @param k steps of the sum
/// @param n columns
record Packed(Call call, int width, long k, long n) {
  /// Steps of k that a work-item packs: `STEPS` of `gemm.cl`.
  private static final long STEPS = 128;

  /// Steps of k, and columns, that a group packs: `SQUARE` of `gemm_group.cl`.
  private static final int SQUARE = 32;

  /// Where matrices come from: their beginnings as a walk, the steps of k and of the columns.
  record Source(View view, long[] extents, long[] strides, long step, long columnStride) {}

  /// Bytes of one panel as F32.
  long panelBytes() {
    return Math.max(1, k * width * Float.BYTES);
  }

  /// Enqueues the packing of panels `[panel, panel + panels)` of matrices `[first, first + matrices)`.
  void pack(Source from, View to, long first, long matrices, long panel, long panels) {
    Launch kernel =
        call.kernel(call.products(), "pack", "STORED=" + from.view().dtype(), "WIDTH=" + width);
    kernel
        .view(from.view())
        .axes(from.extents())
        .axes(from.strides())
        .number(from.step())
        .number(from.columnStride())
        .view(to)
        .number(first)
        .number(matrices)
        .integer(k)
        .integer(n)
        .integer(panel)
        .integer(panels);
    if (call.shape().isGrouped()) {
      long across = Math.ceilDiv(width, Math.min(width, SQUARE));
      kernel.groups(matrices * panels * across * Math.ceilDiv(k, SQUARE));
    } else {
      kernel.items(matrices * panels * Math.ceilDiv(k, STEPS));
    }
  }
}
