package framepack.tests.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.report.BarChart;
import framepack.experiment.report.FilmStrip;
import framepack.experiment.report.LineChart;
import framepack.experiment.report.PackingDrawing;
import framepack.experiment.report.Report;
import framepack.experiment.report.Series;
import framepack.experiment.report.Table;
import framepack.experiment.report.VideoFigure;
import framepack.experiment.report.VideoGroup;
import framepack.media.Clip;
import framepack.media.FrameRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ReportTest {
  /// Ends every context that data is put into, and holds what XML cannot.
  private static final String HOSTILE = "</script><b x=\"'&'\">]]>\u0000\ud800 \ud83d\ude00";

  private static final String HARMLESS = "</script><b x=\"'&'\">]]>\ufffd\ufffd \ud83d\ude00";

  @TempDir Path folder;

  private static Clip clip() {
    return Clip.of(8, 6, FrameRate.of(8), List.of(new byte[144], new byte[144], new byte[144]));
  }

  /// Everything a page can hold, each with the same text.
  private static Report everything(String text) {
    double[] y = {1, 2, Double.NaN, 4};
    return new Report(text, text)
        .section(text)
        .section(text)
        .section(text)
        .text(text)
        .list(List.of(text))
        .definitions(Map.of(text, text))
        .code(text)
        .table(
            Table.of(text, "n", "i")
                .row(text, 1.5, new Table.Interval(2, 0.1))
                .row(new Table.Code(text), 2, new Table.Interval(3, Double.NaN))
                .bestIsHighest("n"))
        .figure(LineChart.of(text, text, Series.of(text, y).withDots()), text)
        .figure(BarChart.of(text, List.of(BarChart.Bar.of(text, 2).between(1, 3))), text)
        .figure(FilmStrip.of(text, clip(), 2), text)
        .figure(VideoFigure.of(text, clip()), text)
        .figure(VideoFigure.of(text, clip()).asLossless(), text)
        .figure(new VideoGroup(List.of(new VideoGroup.Item(text, clip()))), text)
        .figures(List.of(new Report.Captioned(packing(text), text)))
        .folded(text, report -> report.text(text));
  }

  private static PackingDrawing packing(String label) {
    return new PackingDrawing(List.of(new PackingDrawing.Level(label, 4, 2, 4, 4, 100)));
  }

  @Test
  void a_page_with_everything_is_well_formed() {
    Document page = Page.parse(everything("plain").html());
    assertEquals(1, Page.all(page, "table").size());
    assertEquals(7, Page.all(page, "figure").size());
    assertEquals(
        "Figure 7. ", Page.all(page, "figcaption").getLast().getFirstChild().getTextContent());
  }

  @Test
  void no_text_can_leave_its_place() {
    Document plain = Page.parse(everything("plain").html());
    Document hostile = Page.parse(everything(HOSTILE).html());
    assertEquals(
        Page.all(plain, "*").stream().map(Element::getTagName).toList(),
        Page.all(hostile, "*").stream().map(Element::getTagName).toList());
    assertEquals(HARMLESS, Page.all(hostile, "title").getFirst().getTextContent());
    assertEquals(HARMLESS, Page.all(hostile, "video").getFirst().getAttribute("aria-label"));
  }

  /// The only addresses are data, places in the page and the name spaces of XML.
  @Test
  void the_page_fetches_nothing() {
    String html = everything("plain").html();
    Document page = Page.parse(html);
    for (Element element : Page.all(page, "*")) {
      for (String attribute : List.of("src", "href", "poster", "srcset", "data", "action")) {
        String value = element.getAttribute(attribute);
        assertTrue(
            value.isEmpty() || value.startsWith("data:") || value.startsWith("#"),
            element.getTagName()
                + " "
                + attribute
                + " "
                + value.substring(0, Math.min(40, value.length())));
      }
    }
    assertFalse(html.contains("@import"));
    assertFalse(Pattern.compile("url\\(").matcher(html).find());
    assertTrue(html.contains("default-src &#39;none&#39;"), "a policy forbids the network");
  }

  @Test
  void light_dark_and_paper_are_provided_for() {
    String html = new Report("t", "l").html();
    assertTrue(html.contains("@media (prefers-color-scheme: dark)"));
    assertTrue(html.contains("@media print"));
  }

  @Test
  void a_page_has_a_script_only_if_videos_play_together() {
    assertFalse(
        new Report("t", "l").figure(VideoFigure.of("v", clip()), "c").html().contains("<script"));
    assertTrue(everything("x").html().contains("<script"));
  }

  @Test
  void the_same_report_is_the_same_page() {
    assertEquals(everything("x").html(), everything("x").html());
  }

  @Test
  void the_page_is_written_whole() throws IOException {
    Path target = folder.resolve("runs/report.html");
    Report report = everything("x");
    report.writeTo(target);
    assertEquals(report.html(), Files.readString(target));
  }

  @Test
  void a_table_marks_the_best_and_keeps_decimals_alike() {
    Table table =
        Table.of("name", "high", "low")
            .row("a", 31.25, 0.5)
            .row("b", 30, new Table.Interval(0.25, 0.125))
            .row("c", Double.NaN, 0.25)
            .bestIsHighest("high")
            .bestIsLowest("low");
    Document page = Page.parse(new Report("t", "l").table(table).html());
    assertEquals(
        List.of("31.25", "0.2500 \u00b1\u00a00.1250", "0.2500"),
        Page.texts(Page.styled(page, "td", "best")));
    assertEquals(
        List.of("31.25", "0.5000", "30.00", "0.2500 \u00b1\u00a00.1250", "\u2013", "0.2500"),
        Page.texts(Page.styled(page, "td", "number")));
  }

  @Test
  void whole_numbers_stay_whole_and_long_ones_are_grouped() {
    Document page =
        Page.parse(new Report("t", "l").table(Table.of("n").row(1_234_567).row(-5)).html());
    assertEquals(
        List.of("1\u2009234\u2009567", "\u22125"), Page.texts(Page.styled(page, "td", "number")));
  }

  @Test
  void what_rounds_to_nothing_has_no_sign() {
    Table table = Table.of("n").row(-0.04).row(-0.06).row(-0.0).digits("n", 1);
    Document page = Page.parse(new Report("t", "l").table(table).html());
    assertEquals(List.of("0.0", "\u22120.1", "0.0"), Page.texts(Page.all(page, "td")));
  }

  @Test
  void a_row_that_does_not_fit_and_an_unknown_column_are_refused() {
    Table table = Table.of("a", "b");
    assertThrows(IllegalArgumentException.class, () -> table.row(1));
    var error = assertThrows(IllegalArgumentException.class, () -> table.bestIsLowest("c"));
    assertEquals("no column 'c' among [a, b]", error.getMessage());
  }
}
