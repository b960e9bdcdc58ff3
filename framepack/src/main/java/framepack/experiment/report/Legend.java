package framepack.experiment.report;

import java.util.List;
import java.util.Locale;

/// The row, or rows, of names above a chart.
final class Legend {
  /// Colours in the palette; defined as `.c0` to `.c7` in the style sheet.
  static final int COLOURS = 8;

  private static final double ROW = 18;
  private static final double LETTER = 6.6; // mean width at 12 px
  private static final double SWATCH = 22;

  /// One name.
  record Entry(String name, int colour, boolean dashed, boolean dots) {}

  private Legend() {}

  /// Draws from `left` at the top of the picture and returns the height taken.
  static double draw(Markup svg, List<Entry> entries, double left, double width) {
    double x = left;
    double y = 14;
    for (Entry entry : entries) {
      double needed = SWATCH + 6 + entry.name.length() * LETTER + 16;
      if (x > left && x + needed > left + width) {
        x = left;
        y += ROW;
      }
      swatch(svg, entry, x, y - 4);
      svg.element("text", entry.name, "x", x + SWATCH + 6, "y", y, "class", "name");
      x += needed;
    }
    return entries.isEmpty() ? 0 : y + 8;
  }

  private static void swatch(Markup svg, Entry entry, double x, double y) {
    String style = "line c" + entry.colour + (entry.dashed ? " dashed" : "");
    svg.empty("line", "x1", x, "y1", y, "x2", x + SWATCH, "y2", y, "class", style);
    if (entry.dots) {
      dot(svg, entry.colour, x + SWATCH / 2, y, "");
    }
  }

  /// A mark whose shape goes with its colour.
  static void dot(Markup svg, int colour, double x, double y, String title) {
    String points =
        switch (colour % 4) {
          case 1 -> polygon(x, y, -3, -3, 3, -3, 3, 3, -3, 3);
          case 2 -> polygon(x, y, 0, -4, 4, 3, -4, 3);
          case 3 -> polygon(x, y, 0, -4.2, 4.2, 0, 0, 4.2, -4.2, 0);
          default -> "";
        };
    if (points.isEmpty()) {
      svg.open("circle", "cx", x, "cy", y, "r", 3.2, "class", "dot c" + colour);
    } else {
      svg.open("polygon", "points", points, "class", "dot c" + colour);
    }
    if (!title.isEmpty()) {
      svg.element("title", title);
    }
    svg.close(points.isEmpty() ? "circle" : "polygon");
  }

  private static String polygon(double x, double y, double... offsets) {
    var points = new StringBuilder();
    for (int i = 0; i < offsets.length; i += 2) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x + offsets[i], y + offsets[i + 1]));
    }
    return points.toString().strip();
  }
}
