package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;

/// The columns walk of [Gemm]: bands of A packed and shared, units are blocks of columns.
///
/// A panel of B and the panels of some rows of A stay in L2 until all columns of the unit have met those rows: what comes from
/// L3, where a load takes as long as six tile steps, is read once for a dozen of tiles and more.
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
    this.strideB = gemm.strideB();
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

  private void columns(float[] packed, int from, int rows, int unit, int units, Scratch own) {
    int first = part(gemm.columnPanels(), unit, units);
    int count = part(gemm.columnPanels(), unit + 1, units) - first;
    int chunks = Gemm.ceil(rows, gemm.chunk());
    long next = chunks == 1 ? 0 : strideB; // a panel that no later rows meet makes room for the next one
    MemorySegment b = own.panels(Scratch.RIGHT, strideB + (count - 1) * next);
    float[] tiles = own.floats(Scratch.TILES, rows * count * Micro.TILE);
    for (int block = 0; block < blocks; block++) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        int start = part(rows, chunk, chunks);
        int end = part(rows, chunk + 1, chunks);
        for (int column = 0; column < count; column++) {
          int tile = column * rows * Micro.TILE;
          long right = column * next;
          TablePanels runs = gemm.runs(first + column);
          if (chunk == 0 && runs == null) {
            gemm.packB(first + column, block, b, right, own); // and used from L2
          }
          multiply(block, packed, rows, start, end, b, right, runs, tiles, tile, first + column);
        }
        for (int row = start; row < end && block == blocks - 1; row++) {
          write(tiles, row, rows, from + row, first, count);
        }
      }
    }
  }

  /// Rows `start` to `end - 1` of one column, packed in `b` unless it is read as `runs`.
  private void multiply(
      int block,
      float[] packed,
      int rows,
      int start,
      int end,
      MemorySegment b,
      long right,
      TablePanels runs,
      float[] tiles,
      int tile,
      int column) {
    int depth = gemm.depth(block);
    float[] from = block == 0 ? gemm.epilogue().start() : tiles;
    int stride = block == 0 ? 0 : Micro.COLUMNS;
    for (int row = start; row < end; row++) {
      int a = (block * rows + row) * strideA;
      int to = tile + row * Micro.TILE;
      int s = block == 0 ? gemm.epilogue().startAt(column) : to;
      if (runs == null) {
        Micro.multiply(depth, packed, a, b, right, Micro.COLUMNS, from, s, stride, tiles, to);
      } else {
        int run = block * gemm.blockDepth();
        long first = runs.from(column * Micro.COLUMNS);
        Micro.multiplyRuns(
            depth, packed, a, runs.data(), first, runs.deep(), run, from, s, stride, tiles, to);
      }
    }
  }

  /// One panel of rows, all its columns: neighbours in the result.
  private void write(float[] tiles, int row, int rows, int rowPanel, int first, int count) {
    for (int column = 0; column < count; column++) {
      gemm.write(tiles, (column * rows + row) * Micro.TILE, rowPanel, first + column);
    }
  }

  private static int part(int whole, int unit, int units) {
    return (int) ((long) whole * unit / units);
  }
}
