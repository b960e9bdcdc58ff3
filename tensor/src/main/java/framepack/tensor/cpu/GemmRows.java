package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;

/// The rows walk of [Gemm]: all of B packed and shared, units are bands of rows.
///
/// A tile is written as soon as its depth is through: stores wait for memory while the next one is multiplied, and a product
/// without blocks of the depth needs one tile, which stays in L1.
final class GemmRows {
  /// Multiply-adds, counted twice, in the time that turning one element takes.
  static final double PACK_FLOPS = 50;

  private final Gemm gemm;
  private final Threads.Region region;
  private final int blocks;
  private final int columnPanels;
  private final int stride;
  private final Panels given;
  private final boolean inRows;
  private final int lengthA;

  GemmRows(Gemm gemm, Threads.Region region) {
    this.gemm = gemm;
    this.region = region;
    this.blocks = gemm.blocks();
    this.columnPanels = gemm.columnPanels();
    this.stride = gemm.strideB();
    this.given = gemm.given();
    this.inRows = gemm.a().inRows();
    this.lengthA =
        inRows ? Micro.ROWS * Micro.ROW_STRIDE : Panels.stride(Micro.ROWS, gemm.blockDepth());
  }

  void run() {
    MemorySegment right = given == null ? pack() : given.data();
    int rowPanels = gemm.rowPanels();
    int rowUnits = gemm.units(gemm.flops(), rowPanels);
    int columnUnits = Math.min(columnPanels, gemm.units(gemm.flops() / rowUnits, 8 / rowUnits + 1));
    region.run(
        rowUnits * columnUnits,
        (unit, own) ->
            band(right, unit / columnUnits, rowUnits, unit % columnUnits, columnUnits, own));
  }

  private MemorySegment pack() {
    int pieces = blocks * columnPanels;
    MemorySegment packed = region.own.shared().panels(Scratch.RIGHT, (long) pieces * stride);
    int packs = gemm.units(PACK_FLOPS * gemm.n() * gemm.k(), pieces);
    region.run(packs, (unit, own) -> pack(packed, pieces, unit, packs, own));
    return packed;
  }

  private void pack(MemorySegment packed, int pieces, int unit, int units, Scratch own) {
    int end = Gemm.part(pieces, unit + 1, units);
    for (int piece = Gemm.part(pieces, unit, units); piece < end; piece++) {
      gemm.packB(piece % columnPanels, piece / columnPanels, packed, (long) piece * stride, own);
    }
  }

  private void band(
      MemorySegment right,
      int rowUnit,
      int rowUnits,
      int columnUnit,
      int columnUnits,
      Scratch own) {
    int from = Gemm.part(columnPanels, columnUnit, columnUnits);
    int to = Gemm.part(columnPanels, columnUnit + 1, columnUnits);
    int kept = blocks == 1 ? 1 : to - from;
    float[] a = own.floats(Scratch.LEFT, lengthA);
    float[] tiles = own.floats(Scratch.TILES, kept * Micro.TILE);
    int end = Gemm.part(gemm.rowPanels(), rowUnit + 1, rowUnits);
    for (int panel = Gemm.part(gemm.rowPanels(), rowUnit, rowUnits); panel < end; panel++) {
      for (int block = 0; block < blocks; block++) {
        if (inRows) {
          gemm.copyA(panel, block, a);
        } else {
          gemm.packA(panel, block, a, 0, own);
        }
        for (int column = from; column < to; column++) {
          int tile = blocks == 1 ? 0 : (column - from) * Micro.TILE;
          multiply(a, right, block, column, tiles, tile);
          if (block == blocks - 1) {
            gemm.write(tiles, tile, panel, column);
          }
        }
      }
    }
  }

  private void multiply(
      float[] a, MemorySegment right, int block, int column, float[] tiles, int tile) {
    int depth = gemm.depth(block);
    float[] start = block == 0 ? gemm.epilogue().start() : tiles;
    int rows = block == 0 ? 0 : Micro.COLUMNS;
    long step = given == null ? Micro.COLUMNS : given.deep();
    long b = right(block, column);
    int s = block == 0 ? gemm.epilogue().startAt(column) : tile;
    if (inRows) {
      Micro.multiplyRows(depth, a, 0, right, b, step, start, s, rows, tiles, tile);
    } else {
      Micro.multiply(depth, a, 0, right, b, step, start, s, rows, tiles, tile);
    }
  }

  /// Where a panel of B begins.
  private long right(int block, int column) {
    return given == null
        ? (long) (block * columnPanels + column) * stride
        : gemm.place(given, block, column);
  }
}
