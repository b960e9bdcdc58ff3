package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// World F0, for memory: a smooth colour field whose far side is hidden until the camera returns.
///
/// Colours U(-0.9, 0.9)³ on a grid 32 px apart (2 rows and period/2 columns for frames of 64 px), joined by
/// (1 - cos πt)/2; wraps across, is held constant above the first and below the last row. Content
/// outside the newest history frame was last seen period - 3 frames ago. Periods up to 8 leak: a
/// gap of one grid column can be computed from its visible edges; 12 and 16 are pure memory.
///
/// @param side height and width of a frame in pixels
public record RevisitWorld(int side) implements StripWorld {
  private static final int SPACING = 32;
  private static final double REACH = 0.9;

  public RevisitWorld {
    StripWorld.check(side);
  }

  /// With frames of 64 x 64 pixels.
  public RevisitWorld() {
    this(USUAL_SIDE);
  }

  @Override
  public String title() {
    return "revisit world (F0)";
  }

  @Override
  public long stream() {
    return 0xF0;
  }

  @Override
  public Frames paint(int period, Philox draws) {
    if (period < 4 || period % 2 != 0) {
      throw new DatasetError(
          "%s: period %d: expected an even number from 4".formatted(title(), period));
    }
    Frames strip = Frames.zeros(3, 1, side, step() * period);
    double[][][] rows = new double[side / SPACING][][];
    for (int r = 0; r < rows.length; r++) rows[r] = row(strip.columns(), draws);
    for (int y = 0; y < side; y++) {
      double down = Math.clamp((y + 0.5) / SPACING - 0.5, 0, rows.length - 1);
      int above = Math.min((int) down, rows.length - 2);
      double weight = ease(down - above);
      for (int c = 0; c < 3; c++) {
        double[] from = rows[above][c];
        double[] to = rows[above + 1][c];
        int at = strip.index(c, 0, y, 0);
        for (int x = 0; x < strip.columns(); x++) {
          strip.values()[at + x] = (float) (from[x] + (to[x] - from[x]) * weight);
        }
      }
    }
    return strip;
  }

  /// One row of the grid, joined across: [colour][column].
  private static double[][] row(int columns, Philox draws) {
    double[][] grid = new double[columns / SPACING][3];
    for (double[] colour : grid) {
      for (int c = 0; c < 3; c++) colour[c] = draws.nextDouble(-REACH, REACH);
    }
    double[][] row = new double[3][columns];
    for (int x = 0; x < columns; x++) {
      double across = (x + 0.5) / SPACING - 0.5;
      int left = (int) Math.floor(across);
      double[] from = grid[Math.floorMod(left, grid.length)];
      double[] to = grid[Math.floorMod(left + 1, grid.length)];
      double weight = ease(across - left);
      for (int c = 0; c < 3; c++) row[c][x] = from[c] + (to[c] - from[c]) * weight;
    }
    return row;
  }

  private static double ease(double t) {
    return (1 - StrictMath.cos(Math.PI * t)) / 2;
  }
}
