package framepack.experiment.report;

import framepack.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A page that explains a run: one HTML file with its pictures, videos and style inside. It asks
/// the network for nothing, reads well in light, in dark and on paper, and needs its one small
/// script only to play videos side by side.
///
/// ```java
/// new Report("Packings compared", "Two packings at equal token budget.")
///     .section("Result")
///     .table(Table.of("packing", "PSNR").row("f1k1", 31.2).bestIsHighest("PSNR"))
///     .figure(LineChart.of("lag", "PSNR (dB)", series), "Recall against lag.")
///     .writeTo(Path.of("report.html"));
/// ```
public final class Report {
  private static final String POLICY =
      "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline';"
          + " script-src 'unsafe-inline'";

  private final String title;
  private final String lead;
  private final List<String> sections = new ArrayList<>();
  private final Markup body = new Markup();
  private int figures;
  private boolean plays;

  /// A figure and its caption, for [#figures(List)].
  public record Captioned(Figure figure, String caption) {}

  /// @param lead one or two sentences under the title
  public Report(String title, String lead) {
    this.title = title;
    this.lead = lead;
  }

  public Report section(String heading) {
    sections.add(heading);
    body.element("h2", heading, "id", "s" + sections.size());
    return this;
  }

  public Report text(String paragraph) {
    body.element("p", paragraph);
    return this;
  }

  public Report list(List<String> points) {
    body.open("ul");
    points.forEach(point -> body.element("li", point));
    body.close("ul");
    return this;
  }

  /// Names and their values, in the map's order.
  public Report definitions(Map<String, String> values) {
    body.open("dl");
    values.forEach((name, value) -> body.element("dt", name).element("dd", value));
    body.close("dl");
    return this;
  }

  public Report table(Table table) {
    table.appendTo(body);
    return this;
  }

  public Report figure(Figure figure, String caption) {
    return figure(figure, caption, Figure.FULL_WIDTH);
  }

  private Report figure(Figure figure, String caption, int width) {
    plays |= figure instanceof VideoGroup;
    figures++;
    body.open("figure").open("div", "class", "wide");
    figure.appendTo(body, width);
    body.close("div").open("figcaption");
    body.element("b", "Figure " + figures + ". ").text(caption);
    body.close("figcaption").close("figure");
    return this;
  }

  /// Figures beside each other where there is room.
  public Report figures(List<Captioned> several) {
    body.open("div", "class", "beside");
    several.forEach(one -> figure(one.figure, one.caption, Figure.HALF_WIDTH));
    body.close("div");
    return this;
  }

  /// Commands, as they are typed.
  public Report code(String lines) {
    body.open("pre").element("code", lines).close("pre");
    return this;
  }

  /// A part that is folded away until it is asked for; on paper it is open.
  public Report folded(String summary, Consumer<Report> content) {
    body.open("details").element("summary", summary);
    content.accept(this);
    body.close("details");
    return this;
  }

  /// Replaces `target` by the page, whole or not at all.
  public void writeTo(Path target) {
    AtomicFile.write(target, html());
  }

  public String html() {
    var page = new Markup();
    page.trusted("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", title);
    page.open("style").trusted(resource("style.css")).close("style").close("head").open("body");
    page.open("header").element("h1", title).element("p", lead, "class", "lead").close("header");
    contents(page);
    page.open("main").trusted(body.toString()).close("main");
    if (plays) {
      page.open("script").trusted("/*<![CDATA[*/\n" + resource("together.js") + "/*]]>*/");
      page.close("script");
    }
    return page.close("body").close("html").toString();
  }

  private void contents(Markup page) {
    if (sections.size() < 3) {
      return;
    }
    page.open("nav", "aria-label", "Contents");
    for (int i = 0; i < sections.size(); i++) {
      page.element("a", sections.get(i), "href", "#s" + (i + 1));
    }
    page.close("nav");
  }

  private static String resource(String name) {
    try (var in = Report.class.getResourceAsStream("/framepack/report/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the program lacks its own file " + name, e);
    }
  }
}
