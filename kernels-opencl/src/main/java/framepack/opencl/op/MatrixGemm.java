package framepack.opencl.op;

import framepack.tensor.core.DType;
import framepack.tensor.core.View;

/// Products of rounded operands by `matrix.cl`: both sides are packed into tiles of bounded scratch memory, which a matrix
/// unit multiplies.
///
/// @param int8 whether operands become 8-bit integers, else bf16
/// @param matrices products of one shape, `m` x `k` times `k` x `n`
/// @param shared whether one B serves all of them
record MatrixGemm(Call call, boolean int8, long matrices, long m, long n, long k, boolean shared) {
  /// Tiles along the rows of a strip, and along the columns of a panel: `PANEL_TILES` and twice `BLOCKS` of `matrix.cl`.
  private static final long OUTER_TILES = 8;

  /// Tiles along k that all strips meet before the next ones: those of a panel stay in the second cache.
  private static final long DEPTH_TILES = 96;

  /// A packed operand; scales and sums where its numbers are 8-bit integers, else any view.
  private record Operand(Tiles tiles, View packed, View scales, View sums) {}

  /// Writes all products into the dense `c`.
  void run(Gemm.Left a, Packed.Source b, View c, Gemm.Epilogue epilogue) {
    long kTiles = Tiles.along(k, int8);
    long strips = Math.ceilDiv(m, OUTER_TILES * Tiles.SIDE);
    long panels = Math.ceilDiv(n, OUTER_TILES * Tiles.SIDE);
    long packs = shared ? 1 : matrices;
    long someStrips =
        Math.clamp(call.mostPacked() / (matrices * kTiles * OUTER_TILES * Tiles.BYTES), 1, strips);
    long somePanels =
        Math.clamp(call.mostPacked() / (packs * kTiles * OUTER_TILES * Tiles.BYTES), 1, panels);
    Operand left =
        operand(new Tiles(call, int8, false, m, k, kTiles), matrices, someStrips, strips);
    Operand right = operand(new Tiles(call, int8, true, n, k, kTiles), packs, somePanels, panels);
    if (int8) {
      left.tiles().scales(a.source(), left.scales());
      right.tiles().scales(b, right.scales());
    }
    for (long strip = 0; strip < strips; strip += someStrips) {
      long rows = Math.min(someStrips, strips - strip);
      pack(left, a.source(), matrices, strip * OUTER_TILES, rows * OUTER_TILES);
      for (long panel = 0; panel < panels; panel += somePanels) {
        long columns = Math.min(somePanels, panels - panel);
        if (strip == 0 || somePanels < panels) {
          pack(right, b, packs, panel * OUTER_TILES, columns * OUTER_TILES);
        }
        multiply(left, strip, rows, right, panel, columns, c, epilogue);
      }
    }
  }

  /// Scratch for `some` of `all` strips or panels, of [#OUTER_TILES] each.
  private Operand operand(Tiles tiles, long packs, long some, long all) {
    View packed =
        call.scratch(DType.I32, packs, some * OUTER_TILES, tiles.kTiles(), Tiles.SIDE, Tiles.SIDE);
    return int8
        ? new Operand(
            tiles,
            packed,
            call.scratch(DType.F32, all * OUTER_TILES * Tiles.SIDE),
            call.scratch(DType.I32, some * OUTER_TILES * Tiles.SIDE))
        : new Operand(tiles, packed, packed, packed);
  }

  private void pack(Operand to, Packed.Source from, long packs, long firstTile, long count) {
    to.tiles().pack(from, to.packed(), to.scales(), 0, packs, firstTile, count);
    if (int8 && to.tiles().across()) {
      to.tiles().sums(to.packed(), to.sums(), count);
    }
  }

  private void multiply(
      Operand left,
      long firstStrip,
      long strips,
      Operand right,
      long panel,
      long panels,
      View c,
      Gemm.Epilogue epilogue) {
    long kTiles = left.tiles().kTiles();
    long rows = OUTER_TILES * Tiles.SIDE;
    for (long depth = 0; depth < kTiles; depth += DEPTH_TILES) {
      long tiles = Math.min(DEPTH_TILES, kTiles - depth);
      double flopsOfStrip = 2.0 * matrices * panels * rows * k * rows * tiles / kTiles;
      long most = (long) Math.clamp(call.context().pace().launchFlops() / flopsOfStrip, 1, strips);
      for (long strip = 0; strip < strips; strip += most) {
        String activation = "ACTIVATION=a_" + epilogue.activation();
        Tiles.kernel(call, "matrix", "matrix_product", int8, activation)
            .view(left.packed())
            .number(strips * OUTER_TILES * kTiles * Tiles.WORDS)
            .view(right.packed())
            .number(shared ? 0 : panels * OUTER_TILES * kTiles * Tiles.WORDS)
            .view(c)
            .view(epilogue.bias() == null ? c : epilogue.bias())
            .view(epilogue.residual() == null ? c : epilogue.residual())
            .view(epilogue.gate() == null ? c : epilogue.gate())
            .number(epilogue.tokens())
            .view(left.scales())
            .view(right.scales())
            .view(right.sums())
            .integer(m)
            .integer(n)
            .integer(kTiles)
            .integer(firstStrip * rows)
            .integer(strip * rows)
            .integer(panel * OUTER_TILES * Tiles.SIDE)
            .integer(epilogue.flags())
            .integer(depth)
            .integer(tiles)
            .flops(flopsOfStrip * Math.min(most, strips - strip))
            .tiles(Math.min(most, strips - strip), panels, matrices, 1);
      }
    }
  }
}
