package framepack.experiment.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/// Writes HTML and SVG that is also well-formed XML: every text and attribute is escaped, every
/// element closed in order.
public final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  Markup() {}

  /// Begins an element.
  ///
  /// @param attributes name, value, name, value, ...; a `Double` is written with one decimal
  public Markup open(String tag, Object... attributes) {
    tag(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /// Ends the innermost element, which must be a `tag`.
  public Markup close(String tag) {
    String innermost = open.isEmpty() ? "nothing" : open.pop();
    if (!innermost.equals(tag)) {
      throw new IllegalStateException("closing <" + tag + "> while " + innermost + " is open");
    }
    out.append("</").append(tag).append('>');
    return this;
  }

  /// An element without content.
  public Markup empty(String tag, Object... attributes) {
    tag(tag, attributes);
    out.append("/>");
    return this;
  }

  /// An element that holds only text.
  public Markup element(String tag, String text, Object... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  public Markup text(String text) {
    escape(text);
    return this;
  }

  /// For constants of this package (style sheet, script), never for data.
  Markup trusted(String html) {
    out.append(html);
    return this;
  }

  private void tag(String tag, Object... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      Object value = attributes[i + 1];
      escape(
          value instanceof Double d
              ? String.format(Locale.ROOT, "%.1f", d)
              : String.valueOf(value));
      out.append('"');
    }
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(isAllowed(text, i) ? c : '\ufffd');
      }
    }
  }

  /// XML knows no control characters, lone surrogates or non-characters.
  private static boolean isAllowed(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
    return c >= 32 && c < 0xfffe || c == '\n' || c == '\t' || c == '\r';
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("still open: " + open);
    }
    return out.toString();
  }
}
