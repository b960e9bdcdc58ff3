package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;

/// out = epilogue(A B), A [m, k] and B [k, n] given as panels of any strides and storage.
///
/// Four ways to walk, chosen by shape and strides alone; the units and the threads never change a bit:
/// - *rows*: B is small. It is packed once and shared, or used where it is; a unit is a band of rows, whose panels of A
///   are packed just in time, or copied where the depth is contiguous.
/// - *columns*: B is large (weights). A band of A is packed once and shared; a unit is a block of
///   columns, whose panels of B are packed, and converted, by the one worker that uses them.
/// - *dots*: A has a handful of rows, and both depths are contiguous. Nothing is turned.
/// - *turned*: A has some hundred rows, the depth of a large B is contiguous. A is packed in the place of B, which is used as
///   it lies.
record Gemm(int m, int n, int k, PanelSource a, PanelSource b, Epilogue epilogue) {
  /// Up to this many elements of B the rows walk is used: a megabyte of them stays in L2, where every panel of A meets it.
  private static final long SMALL_B = 1 << 18;

  /// Longest block of the depth of the columns walk. Every block more reads and writes all sums once more, which lie in L3; a
  /// panel of B comes from L2 meanwhile, 128 bytes a step of a tile.
  static final int COLUMNS_DEPTH = 1024;

  /// Floats of A that a unit of the columns walk works on at a time: 768 KB of L2, and half as much on machines of 256 bit,
  /// whose L2 is smaller.
  private static final int CHUNK = (Lanes.WIDTH == 16 ? 192 : 96) * COLUMNS_DEPTH;

  /// Most rows of A that meet what is not copied: with 128 a convolution takes 0.7 to 0.9 of the time, with 256 and 512 1.1.
  private static final int FEW_ROWS = 192;

  /// Work below which a second thread costs more than it does.
  private static final double UNIT_FLOPS = 400_000;

  /// Work from which on a cold kernel is worth warming.
  static final double WARM_FLOPS = 20e6;

  private static final int R = Micro.ROWS;
  private static final int C = Micro.COLUMNS;

  void run(Threads threads) {
    if (m == 0 || n == 0) {
      return;
    }
    if (flops() > WARM_FLOPS) {
      warm();
    }
    try (Threads.Region region = threads.open()) {
      if (GemmDots.suits(this)) {
        new GemmDots(this, region).run();
      } else if (GemmTurned.suits(this)) {
        new GemmTurned(this, region, threads.count()).run();
      } else if (smallB()) {
        new GemmRows(this, region).run();
      } else {
        new GemmColumns(this, region, threads.count()).run();
      }
    }
  }

  /// Only what this product needs: every kernel takes a tenth of a second of the compiler.
  private void warm() {
    if (GemmDots.suits(this)) {
      Warm.Dots.up();
    } else {
      Warm.Products.up();
      if (!a.inRows() || !b.inRows()) {
        Warm.Columns.up();
      }
    }
    Warm.up(epilogue.activation());
    if (b instanceof Panels stored) {
      Warm.up(stored.type());
    } else if (b instanceof TablePanels && m <= FEW_ROWS) {
      Warm.Runs.up();
    }
  }

  private boolean smallB() {
    return (long) k * n <= SMALL_B;
  }

  double flops() {
    return 2.0 * m * n * k;
  }

  /// Units of at least [#UNIT_FLOPS] each, but no more than there are pieces.
  int units(double flops, int pieces) {
    return (int) Math.clamp(flops / UNIT_FLOPS, 1, pieces);
  }

  int rowPanels() {
    return ceil(m, R);
  }

  int columnPanels() {
    return ceil(n, C);
  }

  /// Longest block of the columns walk. Some hundred rows take shorter ones, so that all of A stays in L2 while a panel of B
  /// is packed and met: with longer ones that panel would wait for the second half of the rows in L3.
  private int columnsDepth() {
    int depth = CHUNK / (rowPanels() * R);
    return depth < Micro.DEPTH ? COLUMNS_DEPTH : Math.min(COLUMNS_DEPTH, depth);
  }

  /// Panels of rows that a unit of the columns walk works on at a time.
  int chunk() {
    boolean all = rowPanels() * R * (long) blockDepth() <= CHUNK;
    return all ? rowPanels() : CHUNK / (R * COLUMNS_DEPTH);
  }

  /// Blocks of the depth; at least one, so that an empty sum still writes zeros.
  int blocks() {
    return Math.max(1, ceil(k, smallB() ? Micro.DEPTH : columnsDepth()));
  }

  /// Depth of every block but perhaps the last; fixed by the shape and the type of B alone.
  int blockDepth() {
    return ceil(ceil(k, blocks()), b.grain()) * b.grain();
  }

  int depth(int block) {
    return Math.min(blockDepth(), k - block * blockDepth());
  }

  void copyA(int panel, int block, float[] to) {
    int row = panel * R;
    a.copyRows(row, Math.min(R, m - row), block * blockDepth(), depth(block), to, 0, R);
  }

  void packA(int panel, int block, float[] to, int at, Scratch own) {
    int row = panel * R;
    a.pack(row, Math.min(R, m - row), block * blockDepth(), depth(block), to, at, R, own);
  }

  /// Floats of a panel of B.
  int strideB() {
    return blockDepth() * C;
  }

  void packB(int panel, int block, MemorySegment to, long at, Scratch own) {
    int column = panel * C;
    b.packRight(column, Math.min(C, n - column), block * blockDepth(), depth(block), to, at, own);
  }

  /// B, if it lies as [Micro] wants it, so that nothing has to be packed; else null.
  Panels given() {
    return b instanceof Panels panels && panels.isRight(n, k) ? panels : null;
  }

  /// Where a panel of B begins that is met where it lies.
  long place(Panels given, int block, int column) {
    return given.offset() + block * blockDepth() * given.deep() + column * C;
  }

  /// B, if this panel of it can be read where it lies by as few panels of A as make that faster than copying it; else null.
  TablePanels runs(int panel) {
    int column = panel * C;
    boolean few = m <= FEW_ROWS;
    return few && b instanceof TablePanels table && table.isRun(column, Math.min(C, n - column))
        ? table
        : null;
  }

  void write(float[] tile, int at, int rowPanel, int columnPanel) {
    int row = rowPanel * R;
    int column = columnPanel * C;
    epilogue.write(tile, at, row, column, Math.min(R, m - row), Math.min(C, n - column));
  }

  static int ceil(long value, long step) {
    return (int) ((value + step - 1) / step);
  }

  /// Where part `unit` of `units` begins, in a whole that they share out evenly.
  static int part(int whole, int unit, int units) {
    return (int) ((long) whole * unit / units);
  }
}
