package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The dots walk of [Gemm], for a handful of rows of A: every weight is read once, in memory order, and never turned.
///
/// A is copied once and shared, a few rows interleaved vector by vector; a unit is some panels of columns. Four rows of B meet
/// all rows of A straight from where they are stored, so that memory is read while numbers are multiplied; where there is no
/// kernel for that, as floats of a piece of the depth in L1.
final class GemmDots {
  /// Most rows of A; with more of them the turned walk pays.
  private static final int MOST = 24;

  /// Elements of B from which on it pays: smaller ones stay in L2.
  private static final long LARGE_B = 1 << 18;

  /// Depth of a piece, if B meets several groups of rows of A: four rows of each stay in L1.
  private static final int PIECE = 1024;

  /// Floats of a cache line, by which staged rows are set apart.
  private static final int LINE = 16;

  private static final int W = Lanes.WIDTH;
  private static final int C = Micro.COLUMNS;
  private static final int R = MicroDots.ROWS;
  private static final int STAGED = Scratch.RIGHT + 1;

  private final Gemm gemm;
  private final Panels b;
  private final Threads.Region region;
  private final int abreast;
  private final int groups;
  private final int padded;

  GemmDots(Gemm gemm, Threads.Region region) {
    this.gemm = gemm;
    this.b = (Panels) gemm.b();
    this.region = region;
    this.abreast = gemm.m() == 1 ? 1 : MicroDots.MOST;
    this.groups = Gemm.ceil(gemm.m(), abreast);
    this.padded = Gemm.ceil(gemm.k(), W) * W;
  }

  /// Whether this walk can be taken, and pays.
  static boolean suits(Gemm gemm) {
    boolean large = (long) gemm.n() * gemm.k() >= LARGE_B;
    boolean rows = gemm.a().inRows() && gemm.b() instanceof Panels b && b.inRows();
    return gemm.m() <= MOST && large && rows;
  }

  void run() {
    MemorySegment left = copyA(region.own);
    int units = gemm.units(2.0 * groups * abreast * gemm.n() * gemm.k(), gemm.columnPanels());
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
    return Gemm.part(gemm.columnPanels(), unit, units);
  }

  /// A as `[group][vector of the depth][row of the group]`, with zeros up to whole vectors and groups.
  private MemorySegment copyA(Scratch own) {
    MemorySegment left = own.shared().panels(Scratch.RIGHT, (long) groups * abreast * padded);
    float[] row = own.floats(Scratch.PANEL, padded);
    for (int r = 0; r < groups * abreast; r++) {
      int filled = r < gemm.m() ? gemm.k() : 0;
      if (filled > 0) {
        gemm.a().readRows(r, 1, 0, filled, row, 0, 0);
      }
      Arrays.fill(row, filled, padded, 0);
      long to = at(r / abreast, 0) + r % abreast * W;
      for (int p = 0; p < padded; p += W) {
        Floats.store(Floats.load(row, p), left, 4 * (to + (long) p * abreast));
      }
    }
    return left;
  }

  /// Where vector `p / W` of a group begins, in floats.
  private long at(int group, int p) {
    return ((long) group * padded + p) * abreast;
  }

  private void panel(MemorySegment left, int panel, Scratch own) {
    int each = R * abreast * W;
    float[] sums = own.floats(Scratch.STAGE, groups * each);
    float[] tile = own.floats(Scratch.TILES, groups * abreast * C);
    int columns = Math.min(C, gemm.n() - panel * C);
    for (int column = 0; column < columns; column += R) {
      Arrays.fill(sums, 0, groups * each, 0);
      add(left, panel * C + column, sums, own);
      for (int group = 0; group < groups; group++) {
        put(sums, group * each, tile, group * abreast * C + column, own);
      }
    }
    finish(tile, panel, columns);
  }

  /// The products of [#R] rows of B, or as many as there are, with all rows of A.
  private void add(MemorySegment left, int first, float[] sums, Scratch own) {
    int count = Math.min(R, gemm.n() - first);
    int straight = count == R && isStraight() ? gemm.k() / W * W : 0; // blocks leave no rest
    int piece = groups == 1 ? gemm.k() : PIECE;
    for (int p = 0; p < straight; p += piece) {
      addStored(left, first, p, Math.min(piece, straight - p), sums);
    }
    for (int p = straight; p < gemm.k(); p += PIECE) {
      addStaged(left, first, count, p, Math.min(PIECE, gemm.k() - p), sums, own);
    }
  }

  /// Whether rows of B are multiplied as they are stored. Narrow vectors would convert them for every two rows of A.
  private boolean isStraight() {
    return switch (b.type()) {
      case F32, BF16, Q8_0, Q4_0 -> abreast <= MicroDots.most(b.type());
      default -> false;
    };
  }

  private void addStored(MemorySegment left, int first, int p, int depth, float[] sums) {
    long from = b.type().bytes(b.offset() + first * b.along() + p);
    long step = b.type().bytes(b.along());
    add(b.type(), depth, b.data(), from, step, left, p, sums);
  }

  /// By way of floats in L1, with zeros up to whole vectors and [#R] rows.
  private void addStaged(
      MemorySegment left, int first, int count, int p, int depth, float[] sums, Scratch own) {
    int end = Gemm.ceil(depth, W) * W;
    int stride = end + LINE;
    float[] rows = own.floats(Scratch.PANEL, R * stride);
    b.readRows(first, count, p, depth, rows, 0, stride);
    for (int r = 0; r < R; r++) {
      Arrays.fill(rows, r * stride + (r < count ? depth : 0), r * stride + end, 0);
    }
    MemorySegment staged = own.panels(STAGED, (long) R * stride);
    Cells.copy(rows, staged, 0, R * stride);
    add(DType.F32, end, staged, 0, 4L * stride, left, p, sums);
  }

  /// The same rows of B, `step` bytes apart, with all groups of rows of A.
  private void add(
      DType type,
      int depth,
      MemorySegment rows,
      long from,
      long step,
      MemorySegment left,
      int p,
      float[] sums) {
    for (int group = 0; group < groups; group++) {
      int so = group * R * abreast * W;
      MicroDots.add(type, abreast, depth, rows, from, step, left, at(group, p), sums, so);
    }
  }

  /// Adds up the lanes of each sum, in a fixed order, and puts them where they belong in a tile.
  private void put(float[] sums, int at, float[] tile, int to, Scratch own) {
    if (abreast == 1) {
      for (int r = 0; r < R; r++) {
        tile[to + r] = Floats.across(sums, at + r * W);
      }
      return;
    }
    float[] turned = own.floats(Scratch.FIRST_FREE, W * W);
    for (int first = 0; first < R * abreast; first += W) {
      Transpose.block(sums, at + first * W, W, turned, 0, W, own.floats(Scratch.TURN, W * W));
      for (int lane = 1; lane < W; lane++) {
        for (int i = 0; i < W; i++) {
          turned[i] += turned[lane * W + i];
        }
      }
      for (int i = 0; i < W; i++) {
        int sum = first + i;
        tile[to + sum % abreast * C + sum / abreast] = turned[i];
      }
    }
  }

  private void finish(float[] tile, int panel, int columns) {
    gemm.epilogue().addStart(tile, panel * C, gemm.m(), columns);
    gemm.epilogue().write(tile, 0, 0, panel * C, gemm.m(), columns);
  }
}
