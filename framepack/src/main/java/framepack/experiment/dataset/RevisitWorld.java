package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// World F0, for memory: a smooth colour field whose far side is hidden until the camera returns.
///
/// Colours U(-0.9, 0.9)³ on a grid of 2 rows and period/2 columns, 32 px apart, joined by
/// (1 - cos πt)/2; wraps across, is held constant above the first and below the last row. Content
/// outside the newest history frame was last seen period - 3 frames ago. Periods up to 8 leak: a
/// gap of one grid column can be computed from its visible edges; 12 and 16 are pure memory.
public record RevisitWorld() implements StripWorld {
  private static final int SPACING = 32;
  private static final double REACH = 0.9;

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
    double[][] above = row(period, draws);
    double[][] below = row(period, draws);
    Frames strip = Frames.zeros(3, 1, FRAME, STEP * period);
    for (int y = 0; y < FRAME; y++) {
      double down = ease(Math.clamp((y + 0.5) / SPACING - 0.5, 0, 1));
      for (int c = 0; c < 3; c++) {
        int at = strip.index(c, 0, y, 0);
        for (int x = 0; x < strip.columns(); x++) {
          strip.values()[at + x] = (float) (above[c][x] + (below[c][x] - above[c][x]) * down);
        }
      }
    }
    return strip;
  }

  /// One row of the grid, joined across: [colour][16 · period].
  private static double[][] row(int period, Philox draws) {
    double[][] grid = new double[period / 2][3];
    for (double[] colour : grid) {
      for (int c = 0; c < 3; c++) colour[c] = draws.nextDouble(-REACH, REACH);
    }
    double[][] row = new double[3][STEP * period];
    for (int x = 0; x < STEP * period; x++) {
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
