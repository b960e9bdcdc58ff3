package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;

/// The columns walk of [Gemm]: bands of A packed and shared, units are blocks of columns.
///
/// A panel of B and the panels of some rows of A stay in L2 until all columns of the unit have met those rows: what comes from
/// L3, where a load takes as long as six tile steps, is read once for a dozen of tiles and more.
final class GemmColumns {
  /// Floats of A packed at a time: 24 MB, most of an L3.
  private static final long BAND = 6 << 20;

  /// Rows of A packed at a time where their depth is long, although they take more than that: every band packs all of B again,
  /// which takes as long as 50 rows take to meet it, while a unit reads the band once, half a gigabyte a second.
  private static final int LONG_BAND_ROWS = 2048;

  /// Most floats of these: 128 MB.
  private static final long LONG_BAND = 32 << 20;

  /// Most columns of a unit.
  private static final int BLOCK = 768;

  /// Panels of rows up to which B is met where it lies.
  private static final int FEW = 24;

  /// Floats between its rows up to which they do not share the sets of L1.
  private static final long NEAR = 512;

  private final Gemm gemm;
  private final Threads.Region region;
  private final int threads;
  private final int blocks;
  private final int strideA;
  private final int strideB;
  private final Panels given;

  GemmColumns(Gemm gemm, Threads.Region region, int threads) {
    this.gemm = gemm;
    this.region = region;
    this.threads = threads;
    this.blocks = gemm.blocks();
    this.strideA = Panels.stride(Micro.ROWS, gemm.blockDepth());
    this.strideB = gemm.strideB();
    this.given = given(gemm);
  }

  /// B where it lies, if it lies well and so few rows meet it that copying takes longer; else null.
  private static Panels given(Gemm gemm) {
    Panels b = gemm.rowPanels() <= FEW ? gemm.given() : null;
    return b != null && b.deep() <= NEAR ? b : null;
  }

  void run() {
    int panels = gemm.rowPanels();
    int bands = Gemm.ceil(panels, most((long) blocks * strideA));
    for (int band = 0; band < bands; band++) {
      band(Gemm.part(panels, band, bands), Gemm.part(panels, band + 1, bands));
    }
  }

  /// Most panels of A of a band, of so many floats each.
  private static int most(long floats) {
    long rows = Math.min(Gemm.ceil(LONG_BAND_ROWS, Micro.ROWS), LONG_BAND / floats);
    return (int) Math.max(1, Math.max(BAND / floats, rows));
  }

  private void band(int from, int to) {
    int rows = to - from;
    int pieces = blocks * rows;
    float[] packed = region.shared(Scratch.LEFT, pieces * strideA);
    int packs = gemm.units(8.0 * rows * Micro.ROWS * gemm.k(), pieces);
    region.run(packs, (unit, own) -> packA(packed, from, rows, unit, packs, own));

    Grid grid = Grid.of(rows, gemm.columnPanels(), threads);
    region.run(grid.units(), (unit, own) -> work(packed, from, rows, grid, unit, own));
  }

  /// How the panels of a band are shared out: `columnUnits` times `rowUnits` units.
  private record Grid(int columnUnits, int rowUnits) {
    /// What packing a panel of B takes, in times that a panel of A takes to meet it.
    private static final double PACKING = 2;

    /// Blocks of columns, as many for every thread; or also parts of the rows, which pack the same columns again, where a
    /// thread would have more than its share of the columns.
    static Grid of(int rows, int columns, int threads) {
      int wanted = Gemm.ceil(columns, BLOCK / Micro.COLUMNS);
      int units = Math.min(columns, Gemm.ceil(wanted, threads) * threads);
      Grid best = new Grid(units, 1);
      for (int columnUnits : new int[] {units, 1}) {
        int rowUnits = Math.min(rows, Gemm.ceil(threads, columnUnits));
        Grid other = new Grid(columnUnits, rowUnits);
        if (other.time(rows, columns, threads) < best.time(rows, columns, threads)) {
          best = other;
        }
      }
      return best;
    }

    int units() {
      return columnUnits * rowUnits;
    }

    /// Of the thread that has the most to do, in tiles.
    private double time(int rows, int columns, int threads) {
      int most = Gemm.ceil(units(), threads);
      return most * Gemm.ceil(columns, columnUnits) * (Gemm.ceil(rows, rowUnits) + PACKING);
    }
  }

  private void packA(float[] packed, int from, int rows, int unit, int units, Scratch own) {
    int pieces = blocks * rows;
    int end = Gemm.part(pieces, unit + 1, units);
    for (int piece = Gemm.part(pieces, unit, units); piece < end; piece++) {
      gemm.packA(from + piece % rows, piece / rows, packed, piece * strideA, own);
    }
  }

  /// Some rows and some columns of a band.
  private void work(float[] packed, int from, int all, Grid grid, int unit, Scratch own) {
    int row = unit % grid.rowUnits();
    int top = Gemm.part(all, row, grid.rowUnits());
    int rows = Gemm.part(all, row + 1, grid.rowUnits()) - top;
    int first = Gemm.part(gemm.columnPanels(), unit / grid.rowUnits(), grid.columnUnits());
    int count =
        Gemm.part(gemm.columnPanels(), unit / grid.rowUnits() + 1, grid.columnUnits()) - first;
    int chunks = Gemm.ceil(rows, gemm.chunk());
    long next = chunks == 1 ? 0 : strideB; // what no later rows meet makes room for the next panel
    MemorySegment b = own.panels(Scratch.RIGHT, strideB + (count - 1) * next);
    float[] tiles = own.floats(Scratch.TILES, rows * count * Micro.TILE);
    for (int block = 0; block < blocks; block++) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        int start = Gemm.part(rows, chunk, chunks);
        int end = Gemm.part(rows, chunk + 1, chunks);
        int a = (block * all + top + start) * strideA;
        for (int column = 0; column < count; column++) {
          int tile = (column * rows + start) * Micro.TILE;
          long right = column * next;
          TablePanels runs = gemm.runs(first + column);
          if (chunk == 0 && runs == null && given == null) {
            gemm.packB(first + column, block, b, right, own); // and used from L2
          }
          multiply(block, packed, a, end - start, b, right, runs, tiles, tile, first + column);
        }
        for (int i = start; i < end && block == blocks - 1; i++) {
          write(tiles, i, rows, from + top + i, first, count);
        }
      }
    }
  }

  /// `count` panels of rows from place `a` on meet one column, packed in `b` unless it is read as `runs`.
  private void multiply(
      int block,
      float[] packed,
      int a,
      int count,
      MemorySegment b,
      long right,
      TablePanels runs,
      float[] tiles,
      int tile,
      int column) {
    int depth = gemm.depth(block);
    float[] from = block == 0 ? gemm.epilogue().start() : tiles;
    int stride = block == 0 ? 0 : Micro.COLUMNS;
    for (int i = 0; i < count; i++) {
      int left = a + i * strideA;
      int to = tile + i * Micro.TILE;
      int s = block == 0 ? gemm.epilogue().startAt(column) : to;
      if (given != null) {
        long at = gemm.place(given, block, column);
        Micro.multiply(
            depth, packed, left, given.data(), at, given.deep(), from, s, stride, tiles, to);
      } else if (runs == null) {
        Micro.multiply(depth, packed, left, b, right, Micro.COLUMNS, from, s, stride, tiles, to);
      } else {
        int run = block * gemm.blockDepth();
        long first = runs.from(column * Micro.COLUMNS);
        Micro.multiplyRuns(
            depth, packed, left, runs.data(), first, runs.deep(), run, from, s, stride, tiles, to);
      }
    }
  }

  /// One panel of rows, all its columns: neighbours in the result.
  private void write(float[] tiles, int row, int rows, int rowPanel, int first, int count) {
    for (int column = 0; column < count; column++) {
      gemm.write(tiles, (column * rows + row) * Micro.TILE, rowPanel, first + column);
    }
  }
}
