package framepack.experiment.report;

import framepack.media.Clip;
import java.util.List;

/// Videos side by side that play, stop and seek together, so that one moment can be compared.
public record VideoGroup(List<Item> items) implements Figure {

  /// A video and what to call it.
  public record Item(String label, Clip clip) {}

  public VideoGroup {
    items = List.copyOf(items);
    if (items.isEmpty()) {
      throw new IllegalArgumentException("a group of videos needs at least one");
    }
  }

  @Override
  public void appendTo(Markup html, int width) {
    html.open("div", "class", "group").open("div", "class", "videos");
    for (Item item : items) {
      html.open("div");
      VideoFigure.video(html, item.clip, item.label, false);
      html.element("span", item.label, "class", "row").close("div");
    }
    html.close("div").open("div", "class", "player");
    html.element("button", "Play", "type", "button");
    html.empty(
        "input", "type", "range", "min", 0, "max", 1000, "value", 0, "aria-label", "position");
    html.element("output", "0.0 s").close("div").close("div");
  }
}
