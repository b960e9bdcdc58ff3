package framepack.experiment.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The rectangle between two axes, in SVG units.
record Plot(Axis x, Axis y, double left, double right, double top, double bottom) {

  double atX(double value) {
    return left + x.at(value) * (right - left);
  }

  double atY(double value) {
    return bottom - y.at(value) * (bottom - top);
  }

  private boolean shows(double valueX, double valueY) {
    return x.shows(valueX) && y.shows(valueY);
  }

  /// Grid, tick labels and the names of the axes.
  void frame(Markup svg, String xLabel, String yLabel) {
    for (Axis.Tick tick : y.ticks()) {
      double at = atY(tick.value());
      svg.empty("line", "x1", left, "y1", at, "x2", right, "y2", at, "class", "grid");
      svg.element("text", tick.label(), "x", left - 8, "y", at + 4, "class", "tick end");
    }
    double space = Double.NEGATIVE_INFINITY;
    for (Axis.Tick tick : x.ticks()) {
      double at = atX(tick.value());
      svg.empty("line", "x1", at, "y1", bottom, "x2", at, "y2", bottom + 4, "class", "axis");
      double half = tick.label().length() * 3.4;
      if (at - half > space) {
        svg.element("text", tick.label(), "x", at, "y", bottom + 18, "class", "tick middle");
        space = at + half + 4;
      }
    }
    svg.empty("line", "x1", left, "y1", bottom, "x2", right, "y2", bottom, "class", "axis");
    double middle = (left + right) / 2;
    svg.element("text", xLabel, "x", middle, "y", bottom + 38, "class", "label middle");
    double centre = (top + bottom) / 2;
    String turn = String.format(Locale.ROOT, "rotate(-90 12 %.1f)", centre);
    svg.element("text", yLabel, "x", 12.0, "y", centre, "transform", turn, "class", "label middle");
  }

  void mark(Markup svg, double value) {
    if (x.shows(value) && value >= x.low() && value <= x.high()) {
      double at = atX(value);
      svg.empty("line", "x1", at, "y1", top, "x2", at, "y2", bottom, "class", "mark");
    }
  }

  void band(Markup svg, Series s, int colour) {
    int from = 0;
    while (from < s.low().length) {
      int to = from;
      while (to < s.low().length && shows(s.x()[to], s.low()[to]) && y.shows(s.high()[to])) {
        to++;
      }
      if (to > from) {
        var points = new StringBuilder();
        for (int i = from; i < to; i++) {
          point(points, s.x()[i], s.high()[i]);
        }
        for (int i = to - 1; i >= from; i--) {
          point(points, s.x()[i], s.low()[i]);
        }
        svg.empty("polygon", "points", points.toString().strip(), "class", "band c" + colour);
      }
      from = to + 1;
    }
  }

  void line(Markup svg, Series s, int colour) {
    String style = "line c" + colour + (s.dashed() ? " dashed" : "");
    for (String points : runs(s)) {
      svg.empty("polyline", "points", points, "class", style);
    }
    for (int i = 0; i < s.x().length; i++) {
      boolean alone = isAlone(s, i); // a point between gaps has no line to show it
      if (shows(s.x()[i], s.y()[i]) && (s.dots() || alone)) {
        String title =
            s.name() + ": " + Numbers.format(s.x()[i], -1) + ", " + Numbers.format(s.y()[i], -1);
        Legend.dot(svg, colour, atX(s.x()[i]), clip(atY(s.y()[i])), title);
      }
    }
  }

  private boolean isAlone(Series s, int i) {
    boolean before = i > 0 && shows(s.x()[i - 1], s.y()[i - 1]);
    boolean after = i + 1 < s.x().length && shows(s.x()[i + 1], s.y()[i + 1]);
    return !before && !after;
  }

  /// The stretches of a line between its gaps.
  private List<String> runs(Series s) {
    List<String> runs = new ArrayList<>();
    var points = new StringBuilder();
    for (int i = 0; i <= s.x().length; i++) {
      if (i < s.x().length && shows(s.x()[i], s.y()[i])) {
        point(points, s.x()[i], s.y()[i]);
      } else if (!points.isEmpty()) {
        runs.add(points.toString().strip());
        points.setLength(0);
      }
    }
    return runs;
  }

  private void point(StringBuilder points, double valueX, double valueY) {
    points.append(String.format(Locale.ROOT, "%.1f,%.1f ", atX(valueX), clip(atY(valueY))));
  }

  /// Keeps a value outside a given range at the edge instead of over the text.
  private double clip(double at) {
    return Math.max(top, Math.min(bottom, at));
  }
}
