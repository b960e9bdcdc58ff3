package framepack.tests.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.report.BarChart;
import framepack.experiment.report.LineChart;
import framepack.experiment.report.PackingDrawing;
import framepack.experiment.report.PackingDrawing.Level;
import framepack.experiment.report.Series;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ChartTest {

  private static List<double[]> points(Element line) {
    List<double[]> points = new ArrayList<>();
    for (String point : line.getAttribute("points").split(" ")) {
      String[] xy = point.split(",");
      points.add(new double[] {Double.parseDouble(xy[0]), Double.parseDouble(xy[1])});
    }
    return points;
  }

  @Test
  void ticks_are_round_and_cover_the_data() {
    double[] y = {22.6, 34.1};
    Document page = Page.of(LineChart.of("x", "y", Series.of("s", y)));
    List<String> ticks = Page.texts(Page.styled(page, "text", "tick"));
    assertEquals(
        List.of(
            "22.5", "25.0", "27.5", "30.0", "32.5", "35.0", "0.0", "0.2", "0.4", "0.6", "0.8",
            "1.0"),
        ticks);
  }

  @Test
  void log_axes_place_equal_factors_at_equal_lengths() {
    double[] x = {1, 10, 100};
    double[] y = {0.001, 0.01, 0.1};
    Document page = Page.of(LineChart.of("x", "y", Series.of("s", x, y)).withLogX().withLogY());
    List<double[]> points = points(Page.all(page, "polyline").getFirst());
    for (int axis = 0; axis < 2; axis++) {
      double first = points.get(1)[axis] - points.get(0)[axis];
      double second = points.get(2)[axis] - points.get(1)[axis];
      assertEquals(first, second, 0.2);
      assertTrue(axis == 0 ? first > 50 : first < -50, "larger values lie right and up");
    }
  }

  @Test
  void gaps_split_a_line_and_a_lonely_point_is_a_dot() {
    double nan = Double.NaN;
    double[] y = {1, 2, nan, 3, nan, 4, 5, Double.POSITIVE_INFINITY};
    Document page = Page.of(LineChart.of("x", "y", Series.of("s", y)));
    List<Element> lines = Page.all(page, "polyline");
    assertEquals(List.of(2, 1, 2), lines.stream().map(line -> points(line).size()).toList());
    assertEquals(1, Page.styled(page, "circle", "dot").size());
  }

  @Test
  void a_band_lies_around_its_line_in_its_colour() {
    double[] y = {2, 3};
    Series s = Series.of("s", y).band(new double[] {1, 2}, new double[] {3, 4}).inColour(5);
    Document page = Page.of(LineChart.of("x", "y", s));
    Element band = Page.styled(page, "polygon", "band").getFirst();
    assertEquals("band c5", band.getAttribute("class"));
    assertEquals(4, points(band).size());
    double line = points(Page.all(page, "polyline").getFirst()).getFirst()[1];
    assertTrue(points(band).getFirst()[1] < line && points(band).getLast()[1] > line);
  }

  @Test
  void values_outside_a_given_range_stay_in_the_picture() {
    double[] y = {-100, 0.5, 100};
    Document page = Page.of(LineChart.of("x", "y", Series.of("s", y)).withYRange(0, 1));
    List<double[]> points = points(Page.all(page, "polyline").getFirst());
    assertTrue(points.get(0)[1] > points.get(1)[1] && points.get(1)[1] > points.get(2)[1]);
    assertTrue(points.get(2)[1] >= 0);
  }

  static List<Series> awkward() {
    double[] none = {};
    double[] one = {3};
    double[] nothing = {Double.NaN, Double.NaN};
    double[] flat = {2, 2, 2};
    double[] zero = {0, 0};
    double[] huge = {1e-300, 1e300};
    double[] negative = {-5, -1e-9};
    return List.of(
        Series.of("none", none),
        Series.of("one", one),
        Series.of("nothing", nothing),
        Series.of("flat", flat),
        Series.of("zero", zero),
        Series.of("huge", huge),
        Series.of("negative", negative));
  }

  @ParameterizedTest
  @MethodSource("awkward")
  void awkward_data_still_give_a_chart_of_finite_numbers(Series series) {
    LineChart chart = LineChart.of("x", "y", series);
    for (LineChart each : List.of(chart, chart.withLogY(), chart.withLogX())) {
      Document page = Page.of(each);
      for (Element line : Page.all(page, "line")) {
        assertTrue(Double.isFinite(Double.parseDouble(line.getAttribute("y1"))), series.name());
      }
      Page.all(page, "polyline")
          .forEach(line -> points(line).forEach(p -> assertTrue(Double.isFinite(p[0] + p[1]))));
    }
  }

  @Test
  void a_series_of_uneven_lengths_is_refused_by_name() {
    double[] two = {1, 2};
    double[] three = {1, 2, 3};
    var error = assertThrows(IllegalArgumentException.class, () -> Series.of("s", two, three));
    assertTrue(error.getMessage().contains("'s' has 2 x, 3 y"), error.getMessage());
  }

  @Test
  void bars_are_as_long_as_their_values_and_start_at_zero() {
    List<BarChart.Bar> bars = List.of(BarChart.Bar.of("a", 1), BarChart.Bar.of("b", 3));
    Document page = Page.of(BarChart.of("unit", bars));
    List<Element> drawn = Page.styled(page, "rect", "bar");
    double a = Double.parseDouble(drawn.get(0).getAttribute("width"));
    double b = Double.parseDouble(drawn.get(1).getAttribute("width"));
    assertEquals(3, b / a, 0.01);
    assertEquals(drawn.get(0).getAttribute("x"), drawn.get(1).getAttribute("x"));
  }

  @Test
  void a_packing_has_a_card_for_each_group_of_frames_ruled_by_its_kernel() {
    var packing =
        new PackingDrawing(
            List.of(new Level("f16k4", 16, 4, 8, 8, 1560), new Level("g9", 9, 1, 2, 2, 14040)));
    Document page = Page.of(packing);
    List<Element> cards =
        Page.styled(page, "rect", "card").stream()
            .filter(card -> !card.getAttribute("class").contains("back"))
            .toList();
    assertEquals(4 + 9, cards.size());
    assertEquals(4 * 3, Page.styled(page, "rect", "back").size(), "three frames behind each");
    assertEquals(4 * (1 + 1) + 9 * (7 + 7), Page.styled(page, "line", "rule").size());
    assertTrue(Page.texts(Page.styled(page, "text", "value")).containsAll(List.of("f16k4", "g9")));
    List<Element> shares = Page.styled(page, "rect", "bar");
    double first = Double.parseDouble(shares.get(0).getAttribute("width"));
    double second = Double.parseDouble(shares.get(1).getAttribute("width"));
    assertEquals(1560.0 / 15600, first / (first + second), 0.01);
  }

  @Test
  void a_very_long_packing_stays_within_the_page() {
    var packing = new PackingDrawing(List.of(new Level("long", 500, 1, 2, 2, 10)));
    Document page = Page.of(packing);
    Element group = Page.all(page, "g").getFirst();
    double scale = Double.parseDouble(group.getAttribute("transform").split("[( ]")[1]);
    Element last = Page.styled(page, "rect", "card").getLast();
    double end =
        Double.parseDouble(last.getAttribute("x")) + Double.parseDouble(last.getAttribute("width"));
    assertTrue(end * scale <= 720, "ends at " + end * scale);
  }
}
