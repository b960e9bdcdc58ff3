package framepack.tests.report;

import framepack.experiment.report.Figure;
import framepack.experiment.report.Report;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/// A report's page, parsed as XML: stricter than any browser.
public final class Page {
  private Page() {}

  public static Document parse(String html) {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    } catch (Exception e) {
      throw new AssertionError("the page is not well-formed: " + e.getMessage(), e);
    }
  }

  static Document of(Figure figure) {
    return parse(new Report("t", "l").figure(figure, "c").html());
  }

  public static List<Element> all(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  /// Elements whose class attribute holds `style`.
  public static List<Element> styled(Document page, String tag, String style) {
    return all(page, tag).stream()
        .filter(e -> List.of(e.getAttribute("class").split(" ")).contains(style))
        .toList();
  }

  public static List<String> texts(List<Element> elements) {
    return elements.stream().map(Element::getTextContent).toList();
  }
}
