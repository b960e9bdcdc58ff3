package framepack.experiment.dataset;

/// Brings frames to a size: crops the centre to the wanted aspect, then averages over the area of
/// each new pixel (exact shares at the edges, so a constant stays constant).
public final class AreaScale {
  private AreaScale() {}

  /// Pixels [C, T, H, W] → [C, T, rows, columns].
  public static Frames fit(Frames pixels, int rows, int columns) {
    if (rows < 1 || columns < 1 || pixels.rows() < 1 || pixels.columns() < 1) {
      throw new DatasetError(
          "scale: cannot bring %s to %d rows and %d columns".formatted(pixels, rows, columns));
    }
    double scale = Math.min((double) pixels.rows() / rows, (double) pixels.columns() / columns);
    double top = (pixels.rows() - scale * rows) / 2;
    double left = (pixels.columns() - scale * columns) / 2;
    Frames out = Frames.zeros(pixels.channels(), pixels.frames(), rows, columns);
    double[] line = new double[pixels.columns()];
    for (int c = 0; c < pixels.channels(); c++) {
      for (int t = 0; t < pixels.frames(); t++) {
        for (int y = 0; y < rows; y++) {
          averageRows(pixels, c, t, top + y * scale, top + (y + 1) * scale, line);
          for (int x = 0; x < columns; x++) {
            double value = average(line, left + x * scale, left + (x + 1) * scale);
            out.values()[out.index(c, t, y, x)] = (float) value;
          }
        }
      }
    }
    return out;
  }

  /// The centre of `pixels`, cut to whole multiples of `multiple` in both directions.
  ///
  /// @throws DatasetError if a side is shorter than `multiple`
  public static Frames cropToMultiple(Frames pixels, int multiple) {
    int rows = pixels.rows() / multiple * multiple;
    int columns = pixels.columns() / multiple * multiple;
    if (rows == 0 || columns == 0) {
      throw new DatasetError(
          "crop: %s: expected at least %dx%d pixels".formatted(pixels, multiple, multiple));
    }
    if (rows == pixels.rows() && columns == pixels.columns()) return pixels;
    int top = (pixels.rows() - rows) / 2;
    int left = (pixels.columns() - columns) / 2;
    Frames out = Frames.zeros(pixels.channels(), pixels.frames(), rows, columns);
    for (int c = 0; c < pixels.channels(); c++) {
      for (int t = 0; t < pixels.frames(); t++) {
        for (int y = 0; y < rows; y++) {
          int from = pixels.index(c, t, top + y, left);
          System.arraycopy(pixels.values(), from, out.values(), out.index(c, t, y, 0), columns);
        }
      }
    }
    return out;
  }

  private static void averageRows(
      Frames pixels, int c, int t, double from, double to, double[] line) {
    java.util.Arrays.fill(line, 0);
    int last = lastCell(to, pixels.rows());
    for (int y = firstCell(from); y <= last; y++) {
      double weight = overlap(y, from, to) / (to - from);
      int at = pixels.index(c, t, y, 0);
      for (int x = 0; x < line.length; x++) line[x] += weight * pixels.values()[at + x];
    }
  }

  private static double average(double[] line, double from, double to) {
    double sum = 0;
    int last = lastCell(to, line.length);
    for (int x = firstCell(from); x <= last; x++) sum += overlap(x, from, to) * line[x];
    return sum / (to - from);
  }

  private static int firstCell(double from) {
    return Math.max(0, (int) Math.floor(from));
  }

  private static int lastCell(double to, int size) {
    return Math.min(size, (int) Math.ceil(to)) - 1;
  }

  private static double overlap(int cell, double from, double to) {
    return Math.max(0, Math.min(to, cell + 1) - Math.max(from, cell));
  }
}
