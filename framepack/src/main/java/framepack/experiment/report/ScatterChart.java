package framepack.experiment.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// Points that trade a cost along x against a quality along y, with a stepped line through those that nothing else beats in
/// both, as inline SVG. Each point is named where there is room beside it.
///
/// @param logX equal lengths along x are equal factors
/// @param highestIsBest whether more y is better; less x always is
public record ScatterChart(
    String xLabel, String yLabel, List<Point> points, boolean logX, boolean highestIsBest)
    implements Figure {
  private static final double PLOT_HEIGHT = 300;
  private static final double LETTER = 6.4;
  private static final double LINE = 12;

  /// One point.
  ///
  /// @param low lower end of the interval of y, or NaN for none
  /// @param single the values that y is the mean of, each a small dot
  /// @param colour 0 to 7 of the palette
  public record Point(
      String name, double x, double y, double low, double high, double[] single, int colour) {}

  private record Box(double left, double top, double right, double bottom) {
    boolean meets(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  public ScatterChart {
    points = List.copyOf(points);
  }

  @Override
  public void appendTo(Markup html, int width) {
    List<Point> shown =
        points.stream().filter(p -> Double.isFinite(p.x) && Double.isFinite(p.y)).toList();
    double[] xs = shown.stream().mapToDouble(Point::x).toArray();
    double[] ys =
        shown.stream()
            .flatMapToDouble(p ->
                DoubleStream.concat(DoubleStream.of(p.y, p.low, p.high), DoubleStream.of(p.single)))
            .filter(Double::isFinite)
            .toArray();
    Axis x = axis(xs, logX);
    Axis y = axis(ys, false);
    double left =
        34 + LETTER * y.ticks().stream().mapToInt(t -> t.label().length()).max().orElse(1);
    var plot = new Plot(x, y, left, width - 14, 10, 10 + PLOT_HEIGHT);
    String box = String.format(Locale.ROOT, "0 0 %d %.0f", width, plot.bottom() + 44);
    html.open("svg", "viewBox", box, "role", "img", "aria-label", yLabel + " over " + xLabel);
    plot.frame(html, xLabel, yLabel);
    front(html, plot, shown);
    List<Box> taken = new ArrayList<>();
    for (Point p : shown) {
      mark(html, plot, p);
      double at = plot.atX(p.x);
      taken.add(new Box(at - 5, plot.atY(p.y) - 5, at + 5, plot.atY(p.y) + 5));
    }
    for (Point p : shown) {
      name(html, plot, p, taken);
    }
    html.close("svg");
  }

  private static Axis axis(double[] values, boolean log) {
    double min = DoubleStream.of(values).min().orElse(Double.NaN);
    double max = DoubleStream.of(values).max().orElse(Double.NaN);
    return Axis.covering(min, max, log);
  }

  /// Through the points that no other beats, cheapest first; it stays level until the next one.
  private void front(Markup svg, Plot plot, List<Point> shown) {
    List<Point> ascending =
        shown.stream()
            .sorted(
                Comparator.comparingDouble(Point::x)
                    .thenComparingDouble(p -> highestIsBest ? -p.y : p.y))
            .toList();
    var steps = new StringBuilder();
    Point best = null;
    for (Point p : ascending) {
      if (best == null || (highestIsBest ? p.y > best.y : p.y < best.y)) {
        if (best != null) {
          step(steps, plot.atX(p.x), plot.atY(best.y));
        }
        step(steps, plot.atX(p.x), plot.atY(p.y));
        best = p;
      }
    }
    if (best != null) {
      step(steps, plot.right(), plot.atY(best.y));
      svg.empty("polyline", "points", steps.toString().strip(), "class", "line c6 dashed");
    }
  }

  private static void step(StringBuilder steps, double x, double y) {
    steps.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
  }

  private void mark(Markup svg, Plot plot, Point p) {
    double at = plot.atX(p.x);
    if (Double.isFinite(p.low) && Double.isFinite(p.high)) {
      svg.empty(
          "line",
          "x1",
          at,
          "y1",
          plot.atY(p.low),
          "x2",
          at,
          "y2",
          plot.atY(p.high),
          "class",
          "whisker");
    }
    for (double value : p.single) {
      if (Double.isFinite(value)) {
        svg.empty("circle", "cx", at, "cy", plot.atY(value), "r", 2.0, "class", "dot c" + p.colour);
      }
    }
    String title = p.name + ": " + Numbers.format(p.x, -1) + ", " + Numbers.format(p.y, -1);
    Legend.dot(svg, p.colour, at, plot.atY(p.y), title);
  }

  /// Beside the point, rather on the side that the front leaves free, where the name covers nothing; else it is only in the point's title.
  private void name(Markup svg, Plot plot, Point p, List<Box> taken) {
    double length = p.name.length() * LETTER;
    double x = plot.atX(p.x);
    double y = plot.atY(p.y);
    double free = highestIsBest ? -1 : 1; // the side of the front where no point lies
    double near = y + 4 + free * 12;
    double far = y + 4 - free * 12;
    double[][] places = {
      {x + 6, near},
      {x - 6 - length, near},
      {x + 8, y + 4},
      {x - 8 - length, y + 4},
      {x + 6, far},
      {x - 6 - length, far},
      {x - length / 2, y + 4 + free * 18},
      {x - length / 2, y + 4 - free * 18},
    };
    for (double[] place : places) {
      Box box = new Box(place[0], place[1] - LINE + 3, place[0] + length, place[1] + 3);
      boolean inside =
          box.left >= plot.left()
              && box.right <= plot.right() + 10
              && box.top >= 0
              && box.bottom <= plot.bottom();
      if (inside && taken.stream().noneMatch(box::meets)) {
        svg.element("text", p.name, "x", place[0], "y", place[1], "class", "name");
        taken.add(box);
        return;
      }
    }
  }
}
