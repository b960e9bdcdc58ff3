package framepack.experiment.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// Lying bars, since what they compare has long names; drawn from zero, as inline SVG.
///
/// @param label what the lengths mean, with unit
/// @param digits decimals behind each bar, or -1 for as many as suit all
public record BarChart(String label, List<Bar> bars, int digits) implements Figure {
  private static final double ROW = 26;
  private static final double LETTER = 6.6;

  /// One bar.
  ///
  /// @param low lower end of its interval, or NaN for none
  /// @param colour 0 to 7 of the palette
  public record Bar(String name, double value, double low, double high, int colour) {
    public static Bar of(String name, double value) {
      return new Bar(name, value, Double.NaN, Double.NaN, 0);
    }

    public Bar between(double from, double to) {
      return new Bar(name, value, from, to, colour);
    }

    public Bar inColour(int index) {
      return new Bar(name, value, low, high, Math.floorMod(index, Legend.COLOURS));
    }
  }

  public BarChart {
    bars = List.copyOf(bars);
  }

  public static BarChart of(String label, List<Bar> bars) {
    return new BarChart(label, bars, -1);
  }

  public BarChart withDigits(int decimals) {
    return new BarChart(label, bars, decimals);
  }

  @Override
  public void appendTo(Markup html, int width) {
    DoubleStream ends =
        bars.stream().flatMapToDouble(b -> DoubleStream.of(b.value, b.low, b.high, 0));
    double[] finite = ends.filter(Double::isFinite).toArray();
    Axis axis =
        Axis.covering(
            DoubleStream.of(finite).min().orElse(0),
            DoubleStream.of(finite).max().orElse(1),
            false);
    int longest = bars.stream().mapToInt(b -> b.name.length()).max().orElse(0);
    double left = Math.min(width / 2.0, 16 + longest * LETTER);
    double right = width - 70;
    double bottom = 8 + bars.size() * ROW;
    var plot = new Plot(axis, axis, left, right, 8, bottom);
    String box = String.format(Locale.ROOT, "0 0 %d %.0f", width, bottom + 44);
    html.open("svg", "viewBox", box, "role", "img", "aria-label", label);
    frame(html, plot);
    double[] values = bars.stream().mapToDouble(Bar::value).toArray();
    int decimals = digits < 0 ? Numbers.commonDigits(values) : digits;
    for (int i = 0; i < bars.size(); i++) {
      bar(html, plot, bars.get(i), 8 + i * ROW, decimals);
    }
    html.close("svg");
  }

  private void frame(Markup svg, Plot plot) {
    for (Axis.Tick tick : plot.x().ticks()) {
      double at = plot.atX(tick.value());
      svg.empty("line", "x1", at, "y1", 8.0, "x2", at, "y2", plot.bottom(), "class", "grid");
      svg.element("text", tick.label(), "x", at, "y", plot.bottom() + 18, "class", "tick middle");
    }
    double middle = (plot.left() + plot.right()) / 2;
    svg.element("text", label, "x", middle, "y", plot.bottom() + 38, "class", "label middle");
  }

  private static void bar(Markup svg, Plot plot, Bar bar, double top, int digits) {
    double centre = top + ROW / 2;
    svg.element("text", bar.name, "x", plot.left() - 8, "y", centre + 4, "class", "name end");
    double zero = plot.atX(0);
    double end = Double.isFinite(bar.value) ? plot.atX(bar.value) : zero;
    double from = Math.min(zero, end);
    double length = Math.abs(end - zero);
    svg.open(
        "rect",
        "x",
        from,
        "y",
        top + 5,
        "width",
        length,
        "height",
        ROW - 10,
        "class",
        "bar c" + bar.colour);
    svg.element("title", bar.name + ": " + Numbers.format(bar.value, digits));
    svg.close("rect");
    double reach = Math.max(zero, end);
    if (Double.isFinite(bar.low) && Double.isFinite(bar.high)) {
      double low = plot.atX(bar.low);
      double high = plot.atX(bar.high);
      svg.empty("line", "x1", low, "y1", centre, "x2", high, "y2", centre, "class", "whisker");
      svg.empty(
          "line", "x1", low, "y1", centre - 4, "x2", low, "y2", centre + 4, "class", "whisker");
      svg.empty(
          "line", "x1", high, "y1", centre - 4, "x2", high, "y2", centre + 4, "class", "whisker");
      reach = Math.max(reach, high);
    }
    String value = Numbers.format(bar.value, digits);
    svg.element("text", value, "x", reach + 6, "y", centre + 4, "class", "value");
  }
}
