package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The dots walk of [Gemm], for a handful of rows of A: every weight is read once, in memory order, and never turned.
///
/// A is copied once and shared; a unit is some panels of columns. Panels of rows of B pass through L1, where they become
/// floats, and meet all rows of A there.
final class GemmDots {
  /// Most rows of A; with more of them the turned walk pays.
  private static final int MOST = 24;

  /// Elements of B from which on it pays: smaller ones stay in L2.
  private static final long LARGE_B = 1 << 18;

  private static final int W = Lanes.WIDTH;
  private static final int C = Micro.COLUMNS;
  private static final int R = MicroDots.ROWS;
  private static final int ABREAST = MicroDots.COLUMNS;
  private static final int STRIDE = MicroDots.STRIDE;

  /// Floats of the sums of one call of [MicroDots].
  private static final int SUMS = R * ABREAST * W;

  private final Gemm gemm;
  private final Threads.Region region;
  private final int rows;
  private final int chunks;

  GemmDots(Gemm gemm, Threads.Region region) {
    this.gemm = gemm;
    this.region = region;
    this.rows = Gemm.ceil(gemm.m(), ABREAST) * ABREAST;
    this.chunks = Gemm.ceil(gemm.k(), MicroDots.DEPTH);
  }

  /// Whether this walk can be taken, and pays.
  static boolean suits(Gemm gemm) {
    boolean large = (long) gemm.n() * gemm.k() >= LARGE_B;
    return gemm.m() <= MOST && large && gemm.a().inRows() && gemm.b().inRows();
  }

  void run() {
    Scratch shared = region.own.shared();
    int length = rows * STRIDE;
    float[] copied = shared.floats(Scratch.LEFT, length);
    MemorySegment left = shared.panels(Scratch.RIGHT, (long) chunks * length);
    for (int chunk = 0; chunk < chunks; chunk++) {
      copy(gemm.a(), 0, gemm.m(), chunk, copied, rows);
      Cells.copy(copied, left, (long) chunk * length, length);
    }
    int units = gemm.units(rows * 2.0 * gemm.n() * gemm.k(), gemm.columnPanels());
    region.run(
        units,
        (unit, own) -> {
          int end = part(unit + 1, units);
          for (int panel = part(unit, units); panel < end; panel++) {
            panel(left, panel, own);
          }
        });
  }

  private int part(int unit, int units) {
    return (int) ((long) gemm.columnPanels() * unit / units);
  }

  /// Rows of one chunk of the depth, with zeros up to whole vectors and `width` rows.
  private void copy(PanelSource from, int first, int count, int chunk, float[] to, int width) {
    int start = chunk * MicroDots.DEPTH;
    int depth = depth(chunk);
    from.readRows(first, count, start, depth, to, 0, STRIDE);
    int end = Gemm.ceil(depth, W) * W;
    for (int r = 0; r < width; r++) {
      int row = r * STRIDE;
      Arrays.fill(to, r < count ? row + depth : row, row + end, 0);
    }
  }

  private int depth(int chunk) {
    return Math.min(MicroDots.DEPTH, gemm.k() - chunk * MicroDots.DEPTH);
  }

  private void panel(MemorySegment left, int panel, Scratch own) {
    float[] b = own.floats(Scratch.PANEL, R * STRIDE);
    float[] sums = own.floats(Scratch.STAGE, rows / ABREAST * SUMS);
    float[] tile = own.floats(Scratch.TILES, rows * C);
    int columns = Math.min(C, gemm.n() - panel * C);
    for (int column = 0; column < columns; column += R) {
      int first = panel * C + column;
      Arrays.fill(sums, 0, rows / ABREAST * SUMS, 0);
      for (int chunk = 0; chunk < chunks; chunk++) {
        copy(gemm.b(), first, Math.min(R, gemm.n() - first), chunk, b, R);
        int depth = Gemm.ceil(depth(chunk), W) * W;
        for (int row = 0; row < rows; row += ABREAST) {
          long a = (long) (chunk * rows + row) * STRIDE;
          MicroDots.add(depth, b, 0, left, a, sums, row / ABREAST * SUMS);
        }
      }
      for (int row = 0; row < rows; row += ABREAST) {
        put(sums, row / ABREAST * SUMS, tile, row * C + column, own);
      }
    }
    finish(tile, panel, columns);
  }

  /// Adds up the lanes of each sum, in ascending order, and puts them where they belong in a tile.
  private static void put(float[] sums, int at, float[] tile, int to, Scratch own) {
    float[] turned = own.floats(Scratch.FIRST_FREE, W * W);
    float[] turn = own.floats(Scratch.TURN, W * W);
    for (int block = 0; block < R * ABREAST; block += W) {
      Transpose.block(sums, at + block * W, W, turned, 0, W, turn);
      for (int lane = 1; lane < W; lane++) {
        for (int i = 0; i < W; i++) {
          turned[i] += turned[lane * W + i];
        }
      }
      for (int i = 0; i < W; i++) {
        int sum = block + i;
        tile[to + sum % ABREAST * C + sum / ABREAST] = turned[i];
      }
    }
  }

  private void finish(float[] tile, int panel, int columns) {
    gemm.epilogue().addStart(tile, panel * C, gemm.m(), columns);
    gemm.epilogue().write(tile, 0, 0, panel * C, gemm.m(), columns);
  }
}
