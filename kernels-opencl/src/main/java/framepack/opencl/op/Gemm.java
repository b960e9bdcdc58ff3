package framepack.opencl.op;

import framepack.opencl.cl.KernelShape;
import framepack.tensor.core.DType;
import framepack.tensor.core.View;

/// The matrix product behind [ProductOpenCl] and [ConvolutionOpenCl]: B is packed panel by panel into scratch memory of a
/// bounded size, then met by all rows of A in launches of a bounded length.
///
/// @param call whose scratch is used
/// @param matrices products of one shape, `m` x `k` times `k` x `n`
/// @param shared whether one B serves all of them
/// @param share into how many parts along each side the tiles of the device's shape are cut
record Gemm(Call call, long matrices, long m, long n, long k, boolean shared, int share) {
  /// Bytes of A, and panels that meet it, up to which it is not packed.
  private static final long MOST_AS_IT_LIES = 1L << 20;

  private static final long PANELS_AS_IT_LIES = 5;

  Gemm(Call call, long matrices, long m, long n, long k, boolean shared) {
    this(
        call,
        matrices,
        m,
        n,
        k,
        shared,
        call.shape().share(matrices, m, n, call.context().device().computeUnits()));
  }

  /// The tiles of this product.
  KernelShape shape() {
    return call.shape().shared(share);
  }

  /// A [matrices, m, k]: where each matrix begins, and the steps inside.
  record Left(View view, long[] extents, long[] strides, long rowStride, long step) {
    /// A transposed, as it is packed.
    Packed.Source source() {
      return new Packed.Source(view, extents, strides, step, rowStride);
    }
  }

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

  /// Writes all products into the dense `c`. B is packed once for every part of A that is packed at once, which is all of A
  /// unless A is large.
  void run(Left a, Packing packing, View c, Epilogue epilogue) {
    if (matrices * m * n == 0) {
      return;
    }
    KernelShape shape = shape();
    Packed right = new Packed(call, shape.tileColumns(), k, n);
    long panels = Math.ceilDiv(n, shape.tileColumns());
    long packs = shared ? 1 : matrices;
    long chunk = Math.clamp(call.mostPacked() / (packs * right.panelBytes()), 1, panels);
    View packed = call.scratch(DType.F32, packs, chunk, Math.max(1, k), shape.tileColumns());
    Packed left = new Packed(call, shape.packedRows(), k, m);
    long strips = Math.ceilDiv(m, shape.groupRows());
    long most = strips;
    View packedRows = null;
    if (packsRows()) {
      long stripBytes = matrices * left.panelBytes() * shape.strip();
      most = Math.clamp(call.mostPacked() / stripBytes, 1, strips);
      packedRows =
          call.scratch(DType.F32, matrices, most * shape.strip(), Math.max(1, k), left.width());
    }
    for (long strip = 0; strip < strips; strip += most) {
      long count = Math.min(most, strips - strip);
      if (packedRows != null && k > 0) {
        long tile = strip * shape.strip();
        left.pack(a.source(), packedRows, 0, matrices, tile, count * shape.strip());
      }
      for (long panel = 0; panel < panels; panel += chunk) {
        long some = Math.min(chunk, panels - panel);
        if (k > 0 && (strip == 0 || chunk < panels)) {
          packing.pack(packed, panel, some);
        }
        multiply(a, packedRows, strip, count, packed, panel, some, c, epilogue);
      }
    }
  }

  /// Whether A is packed too: unless a CPU meets it so seldom, and so near in the cache, that it takes longer to pack.
  private boolean packsRows() {
    boolean small = matrices * m * k * Float.BYTES <= MOST_AS_IT_LIES;
    boolean seldom = Math.ceilDiv(n, shape().tileColumns()) <= PANELS_AS_IT_LIES;
    return call.shape().isGrouped() || !(small && seldom);
  }

  private void multiply(
      Left a,
      View packedRows,
      long firstStrip,
      long strips,
      View packed,
      long panel,
      long panels,
      View c,
      Epilogue epilogue) {
    KernelShape shape = shape();
    double flops = 2.0 * matrices * panels * shape.tileColumns() * shape.groupRows();
    long slice = shape.isGrouped() ? k : shape.tileDepth();
    String activation = "ACTIVATION=a_" + epilogue.activation();
    String variant = packedRows == null ? "AS_IT_LIES" : "SHARE=" + share;
    long depth = 0;
    do {
      long end = Math.min(depth + slice, k);
      double flopsOfStrip = flops * Math.max(1, end - depth);
      long most = (long) Math.clamp(call.context().pace().launchFlops() / flopsOfStrip, 1, strips);
      for (long strip = 0; strip < strips; strip += most) {
        call.kernel(call.products(), "gemm", activation, variant)
            .view(packedRows == null ? a.view() : packedRows)
            .axes(a.extents())
            .axes(a.strides())
            .number(a.rowStride())
            .number(a.step())
            .number(strips * shape.groupRows() * k)
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
            .integer(firstStrip * shape.groupRows())
            .integer(strip * shape.groupRows())
            .integer(panel)
            .integer(depth)
            .integer(end)
            .integer(epilogue.flags())
            .flops(flopsOfStrip * Math.min(most, strips - strip))
            .tiles(Math.min(most, strips - strip), panels, matrices, shape.tileGroup());
      }
      depth = end;
    } while (depth < k);
  }

  /// Packs B [matrices, k, n], stored as F32, BF16 or F16.
  Packing strided(Packed.Source b) {
    Packed packed = new Packed(call, shape().tileColumns(), k, n);
    long packs = shared ? 1 : matrices;
    return (to, first, count) -> packed.pack(b, to, 0, packs, first, count);
  }
}
