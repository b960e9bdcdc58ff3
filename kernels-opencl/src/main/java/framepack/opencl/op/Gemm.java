package framepack.opencl.op;

import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Launch;
import framepack.tensor.core.DType;
import framepack.tensor.core.View;

/// The matrix product behind [ProductOpenCl] and [ConvolutionOpenCl]: B is packed panel by panel into scratch memory of a
/// bounded size, then met by all rows of A in launches of a bounded length.
///
/// @param call whose scratch is used
/// @param matrices products of one shape, `m` x `k` times `k` x `n`
/// @param shared whether one B serves all of them
record Gemm(Call call, long matrices, long m, long n, long k, boolean shared) {
  private static final String FILE = "gemm";
  private static final long MOST_PACKED = 64L << 20;

  /// A [matrices, m, k]: where each matrix begins, and the steps inside.
  record Left(View view, long[] extents, long[] strides, long rowStride, long step) {}

  /// Enqueues what packs panels `[first, first + count)` of B.
  interface Packing {
    void pack(View packed, long first, long count);
  }

  /// What happens to a finished sum; absent views are null.
  record Epilogue(
      View bias, boolean biasOfRows, String activation, View residual, View gate, long tokens) {
    static final Epilogue NONE = new Epilogue(null, false, "none", null, null, 1);

    int flags() {
      int bits = bias == null ? 0 : biasOfRows ? 2 : 1;
      return gate == null ? bits : bits | 4;
    }
  }

  /// Writes all products into the dense `c`.
  void run(Left a, Packing packing, View c, Epilogue epilogue) {
    if (matrices * m * n == 0) {
      return;
    }
    KernelShape shape = call.shape();
    long panels = Math.ceilDiv(n, shape.tileColumns());
    long packs = shared ? 1 : matrices;
    long panelBytes = Math.max(1, packs * k * shape.tileColumns() * Float.BYTES);
    long chunk = Math.clamp(MOST_PACKED / panelBytes, 1, panels);
    View packed = call.scratch(DType.F32, packs, chunk, Math.max(1, k), shape.tileColumns());
    for (long first = 0; first < panels; first += chunk) {
      long count = Math.min(chunk, panels - first);
      if (k > 0) {
        packing.pack(packed, first, count);
      }
      multiply(a, packed, first, count, c, epilogue);
    }
  }

  private void multiply(Left a, View packed, long panel, long panels, View c, Epilogue epilogue) {
    KernelShape shape = call.shape();
    double flopsOfRows =
        2.0 * matrices * panels * shape.tileColumns() * Math.max(1, k) * shape.groupRows();
    long tiles = Math.ceilDiv(m, shape.groupRows());
    long most = (long) Math.clamp(shape.launchFlops() / flopsOfRows, 1, tiles);
    for (long tile = 0; tile < tiles; tile += most) {
      Launch kernel = call.kernel(FILE, "gemm", "ACTIVATION=a_" + epilogue.activation());
      kernel
          .view(a.view())
          .axes(a.extents())
          .axes(a.strides())
          .number(a.rowStride())
          .number(a.step())
          .view(packed)
          .number(shared ? 0 : panels * k * shape.tileColumns())
          .view(c)
          .view(epilogue.bias() == null ? c : epilogue.bias())
          .view(epilogue.residual() == null ? c : epilogue.residual())
          .view(epilogue.gate() == null ? c : epilogue.gate())
          .number(epilogue.tokens())
          .integer(m)
          .integer(n)
          .integer(k)
          .integer(tile * shape.groupRows())
          .integer(panel)
          .integer(epilogue.flags())
          .tiles(Math.min(most, tiles - tile), panels, matrices, shape.tileGroup());
    }
  }

  /// Packs B [matrices, k, n] of any strides, stored as F32, BF16 or F16.
  Packing strided(View b, long[] extents, long[] strides, long step, long columnStride) {
    long packs = shared ? 1 : matrices;
    return (packed, first, count) ->
        call.kernel(FILE, "pack", "STORED=" + b.dtype())
            .view(b)
            .axes(extents)
            .axes(strides)
            .number(step)
            .number(columnStride)
            .view(packed)
            .number(packs)
            .integer(k)
            .integer(n)
            .integer(first)
            .integer(count)
            .items(packs * count * k);
  }
}
