package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;

/// The turned walk of [Gemm], for too few rows of A to pay for turning B: the product is taken as (Bᵀ Aᵀ)ᵀ.
///
/// A becomes the right operand, packed once and shared. The columns of B, whose depth is contiguous, are the left one and
/// pass through L1 as they lie, where they become floats. A unit is some panels of them; its sums stay in L2 until the
/// depth is through, and are turned where they are written.
final class GemmTurned {
  /// Most rows of A; with more of them turning B costs less than A from L3.
  private static final int MOST = 512;

  /// Elements of B from which on it pays: smaller ones are packed in no time.
  private static final long LARGE_B = 1 << 18;

  /// Floats of the sums of a unit: a quarter of L2 and less.
  private static final int SUMS = 1 << 16;

  /// Units for every thread, so that one that is held up delays little.
  private static final int SHARES = 4;

  /// The depth of a block is a multiple of this.
  private static final int STEP = 32;

  private static final int W = Lanes.WIDTH;
  private static final int R = Micro.ROWS;
  private static final int C = Micro.COLUMNS;

  private final Gemm gemm;
  private final Threads.Region region;
  private final int threads;
  private final int rowPanels;
  private final int columnPanels;
  private final int blocks;
  private final int blockDepth;

  GemmTurned(Gemm gemm, Threads.Region region, int threads) {
    this.gemm = gemm;
    this.region = region;
    this.threads = threads;
    this.rowPanels = Gemm.ceil(gemm.m(), C);
    this.columnPanels = Gemm.ceil(gemm.n(), R);
    this.blocks = Gemm.ceil(gemm.k(), Micro.DEPTH);
    this.blockDepth = Gemm.ceil(Gemm.ceil(gemm.k(), blocks), STEP) * STEP;
  }

  /// Whether this walk can be taken, and pays.
  static boolean suits(Gemm gemm) {
    return gemm.m() <= MOST && (long) gemm.n() * gemm.k() >= LARGE_B && gemm.b().inRows();
  }

  void run() {
    int stride = blockDepth * C;
    int pieces = blocks * rowPanels;
    MemorySegment right = region.own.shared().panels(Scratch.RIGHT, (long) pieces * stride);
    int packs = gemm.units(GemmRows.PACK_FLOPS * gemm.m() * gemm.k(), pieces);
    region.run(
        packs,
        (unit, own) -> {
          int end = Gemm.part(pieces, unit + 1, packs);
          for (int piece = Gemm.part(pieces, unit, packs); piece < end; piece++) {
            pack(piece, right, (long) piece * stride, own);
          }
        });
    int fitting = Math.max(1, SUMS / (rowPanels * Micro.TILE));
    int wanted = Math.max(SHARES * threads, Gemm.ceil(columnPanels, fitting));
    int units = Math.min(wanted, gemm.units(gemm.flops(), columnPanels));
    region.run(
        units,
        (unit, own) -> {
          int from = Gemm.part(columnPanels, unit, units);
          columns(right, from, Gemm.part(columnPanels, unit + 1, units) - from, own);
        });
  }

  private int depth(int block) {
    return Math.min(blockDepth, gemm.k() - block * blockDepth);
  }

  private void pack(int piece, MemorySegment to, long at, Scratch own) {
    int block = piece / rowPanels;
    int row = piece % rowPanels * C;
    int count = Math.min(C, gemm.m() - row);
    gemm.a().packRight(row, count, block * blockDepth, depth(block), to, at, own);
  }

  /// The sums lie `[row panel][column of B][row of A]`.
  private void columns(MemorySegment right, int first, int count, Scratch own) {
    float[] left = own.floats(Scratch.LEFT, R * Micro.ROW_STRIDE);
    float[] sums = own.floats(Scratch.TILES, rowPanels * count * Micro.TILE + C * C);
    for (int block = 0; block < blocks; block++) {
      int depth = depth(block);
      float[] start = block == 0 ? Micro.ZEROS : sums;
      int step = block == 0 ? 0 : C;
      for (int panel = 0; panel < count; panel++) {
        int column = (first + panel) * R;
        int columns = Math.min(R, gemm.n() - column);
        gemm.b().copyRows(column, columns, block * blockDepth, depth, left, 0, R);
        for (int row = 0; row < rowPanels; row++) {
          long from = (long) (block * rowPanels + row) * blockDepth * C;
          int to = (row * count + panel) * Micro.TILE;
          int s = block == 0 ? 0 : to;
          Micro.multiplyRows(depth, left, 0, right, from, C, start, s, step, sums, to);
        }
      }
    }
    int end = Math.min(gemm.n(), (first + count) * R);
    for (int row = 0; row < rowPanels; row++) {
      for (int column = first * R; column < end; column += C) {
        int at = row * count * Micro.TILE + (column - first * R) * C;
        write(sums, at, row * C, column, Math.min(C, end - column), own);
      }
    }
  }

  /// Turns the sums of a tile and writes them.
  private void write(float[] sums, int at, int row, int column, int columns, Scratch own) {
    float[] tile = own.floats(Scratch.FIRST_FREE, C * C);
    float[] turn = own.floats(Scratch.TURN, W * W);
    for (int i = 0; i < C; i += W) {
      for (int j = 0; j < C; j += W) {
        Transpose.block(sums, at + i * C + j, C, tile, j * C + i, C, turn);
      }
    }
    int rows = Math.min(C, gemm.m() - row);
    gemm.epilogue().addStart(tile, column, rows, columns);
    gemm.epilogue().write(tile, 0, row, column, rows, columns);
  }
}
