package framepack.tensor.cpu;

/// The columns walk of [Gemm]: bands of A packed and shared, units are blocks of columns.
final class GemmColumns {
  private final Gemm gemm;
  private final Threads.Region region;
  private final int threads;
  private final int blocks;
  private final int strideA;
  private final int strideB;

  GemmColumns(Gemm gemm, Threads.Region region, int threads) {
    this.gemm = gemm;
    this.region = region;
    this.threads = threads;
    this.blocks = gemm.blocks();
    this.strideA = Panels.stride(Micro.ROWS, gemm.blockDepth());
    this.strideB = Panels.stride(Micro.COLUMNS, gemm.blockDepth());
  }

  void run() {
    int panels = gemm.rowPanels();
    int most = (int) Math.max(1, Gemm.band() / ((long) blocks * strideA));
    int bands = Gemm.ceil(panels, most);
    for (int band = 0; band < bands; band++) {
      band(part(panels, band, bands), part(panels, band + 1, bands));
    }
  }

  private void band(int from, int to) {
    int rows = to - from;
    int pieces = blocks * rows;
    float[] packed = region.shared(Scratch.LEFT, pieces * strideA);
    int packs = gemm.units(8.0 * rows * Micro.ROWS * gemm.k(), pieces);
    region.run(packs, (unit, own) -> packA(packed, from, rows, unit, packs, own));

    int columns = gemm.columnPanels();
    int wanted = Gemm.ceil(columns, Gemm.defaultBlock());
    int units = Math.min(columns, Gemm.ceil(wanted, threads) * threads);
    region.run(units, (unit, own) -> columns(packed, from, rows, unit, units, own));
  }

  private void packA(float[] packed, int from, int rows, int unit, int units, Scratch own) {
    int pieces = blocks * rows;
    int end = part(pieces, unit + 1, units);
    for (int piece = part(pieces, unit, units); piece < end; piece++) {
      gemm.packA(from + piece % rows, piece / rows, packed, piece * strideA, own);
    }
  }

  /// Rows outside, columns inside: a panel of A is reused from L1 by the columns of the block.
  private void columns(float[] packed, int from, int rows, int unit, int units, Scratch own) {
    int first = part(gemm.columnPanels(), unit, units);
    int count = part(gemm.columnPanels(), unit + 1, units) - first;
    float[] b = own.floats(Scratch.RIGHT, count * strideB);
    float[] tiles = own.floats(Scratch.TILES, rows * count * Micro.TILE);
    for (int block = 0; block < blocks; block++) {
      for (int column = 0; column < count; column++) {
        gemm.packB(first + column, block, b, column * strideB, own);
      }
      for (int row = 0; row < rows; row++) {
        int a = (block * rows + row) * strideA;
        int tile = row * count * Micro.TILE;
        multiply(block, packed, a, b, tiles, tile, first, count);
        if (block == blocks - 1) {
          write(tiles, tile, from + row, first, count);
        }
      }
    }
  }

  private void multiply(
      int block, float[] packed, int a, float[] b, float[] tiles, int tile, int first, int count) {
    int depth = gemm.depth(block);
    float[] start = block == 0 ? gemm.epilogue().start() : tiles;
    int rows = block == 0 ? 0 : Micro.COLUMNS;
    for (int column = 0; column < count; column++) {
      int to = tile + column * Micro.TILE;
      int s = block == 0 ? gemm.epilogue().startAt(first + column) : to;
      Micro.multiply(depth, packed, a, b, column * strideB, start, s, rows, tiles, to);
    }
  }

  private void write(float[] tiles, int tile, int row, int first, int count) {
    for (int column = 0; column < count; column++) {
      gemm.write(tiles, tile + column * Micro.TILE, row, first + column);
    }
  }

  private static int part(int whole, int unit, int units) {
    return (int) ((long) whole * unit / units);
  }
}
