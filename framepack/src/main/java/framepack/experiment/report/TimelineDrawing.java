package framepack.experiment.report;

import java.util.List;
import java.util.Locale;

/// Sections one below the other against their time indices: which frames each sees, which it makes, and the gaps between.
///
/// @param first lowest time index
/// @param last highest time index
public record TimelineDrawing(int first, int last, List<Row> rows) implements Figure {
  private static final double ROW = 22;
  private static final double BOX = 14;
  private static final double LEFT = 78;
  private static final double TOP = 8;
  private static final double TICKS = 64; // least distance of two

  /// A section.
  ///
  /// @param label at its left
  public record Row(String label, List<Part> parts) {
    public Row {
      parts = List.copyOf(parts);
    }
  }

  /// Times `first..last` that belong together.
  ///
  /// @param title shown when pointed at
  /// @param colour 0 to 7 of the palette
  /// @param missing drawn hollow: frames that do not exist yet
  /// @param made drawn with a frame: the frames that the section makes
  public record Part(
      String title, int first, int last, int colour, boolean missing, boolean made) {}

  public TimelineDrawing {
    rows = List.copyOf(rows);
    if (rows.isEmpty() || last < first) {
      throw new IllegalArgumentException(
          "timeline: expected rows and times, got %d rows, times %d..%d"
              .formatted(rows.size(), first, last));
    }
  }

  @Override
  public void appendTo(Markup html, int width) {
    double step = (width - LEFT - 2) / (last - first + 1);
    double bottom = TOP + rows.size() * ROW;
    String box = String.format(Locale.ROOT, "0 0 %d %.0f", width, bottom + 36);
    html.open("svg", "viewBox", box, "role", "img", "aria-label", "sections over time");
    axis(html, step, bottom);
    for (int i = 0; i < rows.size(); i++) {
      row(html, rows.get(i), TOP + i * ROW, step);
    }
    html.close("svg");
  }

  private void axis(Markup svg, double step, double bottom) {
    int every = 1;
    while (every * step < TICKS) {
      every *= every == 1 || every % 10 == 0 ? 5 : 2;
    }
    for (int time = Math.ceilDiv(first, every) * every; time <= last; time += every) {
      double x = at(time, step) + step / 2;
      svg.empty("line", "x1", x, "y1", TOP, "x2", x, "y2", bottom, "class", "grid");
      svg.element("text", "" + time, "x", x, "y", bottom + 15, "class", "tick middle");
    }
    double middle = at(first, step) + (last - first + 1) * step / 2;
    svg.element("text", "RoPE time", "x", middle, "y", bottom + 31, "class", "label middle");
  }

  private double at(int time, double step) {
    return LEFT + (time - first) * step;
  }

  private void row(Markup svg, Row row, double top, double step) {
    svg.element("text", row.label, "x", LEFT - 8, "y", top + 11, "class", "name end");
    double line = top + BOX / 2;
    svg.empty(
        "line", "x1", LEFT, "y1", line, "x2", at(last + 1, step), "y2", line, "class", "mark");
    for (Part part : row.parts) {
      double x = at(part.first, step);
      double width = (part.last - part.first + 1) * step;
      String kind = part.missing ? "card back" : part.made ? "bar made" : "bar";
      svg.open(
          "rect",
          "x",
          x + 0.5,
          "y",
          top,
          "width",
          Math.max(0.8, width - 1),
          "height",
          BOX,
          "class",
          kind + " c" + part.colour);
      svg.element("title", part.title).close("rect");
    }
  }
}
