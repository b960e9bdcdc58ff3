package framepack.experiment.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Curves over a common pair of axes, as inline SVG.
///
/// @param logX powers of ten along x; values of 0 and below are not shown
/// @param logY the same along y
/// @param yRange lowest and highest y, or empty to fit the data
/// @param marks x positions worth a vertical line, such as section boundaries
public record LineChart(
    String xLabel,
    String yLabel,
    List<Series> series,
    boolean logX,
    boolean logY,
    double[] yRange,
    List<Double> marks)
    implements Figure {

  private static final double PLOT_HEIGHT = 260;
  private static final double LETTER = 6.4;

  public LineChart {
    series = List.copyOf(series);
    marks = List.copyOf(marks);
    yRange = yRange.clone();
  }

  public static LineChart of(String xLabel, String yLabel, List<Series> series) {
    return new LineChart(xLabel, yLabel, series, false, false, new double[0], List.of());
  }

  public static LineChart of(String xLabel, String yLabel, Series... series) {
    return of(xLabel, yLabel, List.of(series));
  }

  public LineChart withLogX() {
    return new LineChart(xLabel, yLabel, series, true, logY, yRange, marks);
  }

  public LineChart withLogY() {
    return new LineChart(xLabel, yLabel, series, logX, true, yRange, marks);
  }

  public LineChart withYRange(double low, double high) {
    return new LineChart(xLabel, yLabel, series, logX, logY, new double[] {low, high}, marks);
  }

  public LineChart withMarks(List<Double> positions) {
    return new LineChart(xLabel, yLabel, series, logX, logY, yRange, positions);
  }

  @Override
  public void appendTo(Markup html, int width) {
    Axis x = xAxis();
    Axis y = yAxis();
    double left =
        34 + LETTER * y.ticks().stream().mapToInt(t -> t.label().length()).max().orElse(1);
    double right = width - 14;
    var legend = new Markup();
    double top = 10 + Legend.draw(legend, entries(), left, right - left);
    double height = top + PLOT_HEIGHT + 44;
    var plot = new Plot(x, y, left, right, top, top + PLOT_HEIGHT);
    String box = String.format(Locale.ROOT, "0 0 %d %.0f", width, height);
    html.open("svg", "viewBox", box, "role", "img", "aria-label", yLabel + " over " + xLabel);
    html.trusted(legend.toString());
    plot.frame(html, xLabel, yLabel);
    for (double mark : marks) {
      plot.mark(html, mark);
    }
    for (int i = 0; i < series.size(); i++) {
      plot.band(html, series.get(i), series.get(i).colourAt(i));
    }
    for (int i = 0; i < series.size(); i++) {
      plot.line(html, series.get(i), series.get(i).colourAt(i));
    }
    html.close("svg");
  }

  /// Along x the data end where they end; along y round numbers give some air.
  private Axis xAxis() {
    DoubleStream values = series.stream().flatMapToDouble(s -> DoubleStream.of(s.x()));
    Axis around = axis(values, logX);
    double[] finite =
        series.stream()
            .flatMapToDouble(s -> DoubleStream.of(s.x()))
            .filter(around::shows)
            .toArray();
    double min = DoubleStream.of(finite).min().orElse(0);
    double max = DoubleStream.of(finite).max().orElse(1);
    return max > min ? around.cutTo(min, max) : around;
  }

  private Axis yAxis() {
    if (yRange.length == 2 && !logY) {
      return Axis.covering(yRange[0], yRange[1], false).cutTo(yRange[0], yRange[1]);
    }
    DoubleStream values =
        series.stream()
            .flatMapToDouble(s ->
                DoubleStream.concat(
                    DoubleStream.of(s.y()),
                    DoubleStream.concat(DoubleStream.of(s.low()), DoubleStream.of(s.high()))));
    return axis(DoubleStream.concat(values, DoubleStream.of(yRange)), logY);
  }

  private static Axis axis(DoubleStream values, boolean log) {
    double[] shown = values.filter(v -> Double.isFinite(v) && (!log || v > 0)).toArray();
    double min = DoubleStream.of(shown).min().orElse(Double.NaN);
    double max = DoubleStream.of(shown).max().orElse(Double.NaN);
    return Axis.covering(min, max, log);
  }

  private List<Legend.Entry> entries() {
    List<Legend.Entry> entries = new ArrayList<>();
    IntStream.range(0, series.size())
        .forEach(i -> {
          Series s = series.get(i);
          entries.add(new Legend.Entry(s.name(), s.colourAt(i), s.dashed(), s.dots()));
        });
    return entries;
  }
}
