package framepack.experiment.report;

import framepack.media.Clip;
import framepack.media.PngWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Frames side by side, one row a clip, so that the same moment stands in one column. Lossless.
///
/// @param rows clips of one frame size; a shorter one leaves its last columns empty
/// @param columns at most so many frames, evenly spread over the longest clip, ends included
public record FilmStrip(List<Row> rows, int columns) implements Figure {
  private static final int GAP = 2;

  /// A clip and what to call it.
  public record Row(String label, Clip clip) {}

  public FilmStrip {
    rows = List.copyOf(rows);
    if (rows.isEmpty() || columns < 1) {
      throw new IllegalArgumentException(
          "film strip of %d rows and %d columns: both at least 1".formatted(rows.size(), columns));
    }
    Clip first = rows.getFirst().clip;
    for (Row row : rows) {
      if (row.clip.width() != first.width() || row.clip.height() != first.height()) {
        throw new IllegalArgumentException(
            "film strip: '%s' is %dx%d, '%s' %dx%d; resize them to one size"
                .formatted(
                    row.label,
                    row.clip.width(),
                    row.clip.height(),
                    rows.getFirst().label,
                    first.width(),
                    first.height()));
      }
    }
  }

  public static FilmStrip of(String label, Clip clip, int columns) {
    return new FilmStrip(List.of(new Row(label, clip)), columns);
  }

  @Override
  public void appendTo(Markup html, int width) {
    int[] moments = moments();
    boolean labels = rows.stream().anyMatch(row -> !row.label.isEmpty());
    html.open("div", "class", labels ? "strip labelled" : "strip");
    if (labels) {
      html.element("span", "frame", "class", "moment");
    }
    String grid = "grid-template-columns: repeat(" + moments.length + ", 1fr)";
    html.open("div", "class", "moments", "style", grid);
    for (int t : moments) {
      html.element("span", String.valueOf(t), "class", "moment");
    }
    html.close("div");
    for (Row row : rows) {
      if (labels) {
        html.element("span", row.label, "class", "row");
      }
      String style = DataUri.style(row.clip);
      String name = row.label.isEmpty() ? "frames of a video" : row.label;
      int shown = (int) IntStream.of(moments).filter(t -> t < row.clip.frames()).count();
      String part = "width: " + Numbers.format(100.0 * shown / moments.length, 2) + "%";
      String picture = DataUri.png(image(row.clip, Arrays.copyOf(moments, shown)));
      html.empty("img", "src", picture, "alt", name, "class", style, "style", part);
    }
    html.close("div");
  }

  private int[] moments() {
    int longest = rows.stream().mapToInt(row -> row.clip.frames()).max().orElse(1);
    int count = Math.min(columns, longest);
    List<Integer> moments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      moments.add(count == 1 ? 0 : (int) Math.round(i * (longest - 1.0) / (count - 1)));
    }
    return moments.stream().mapToInt(Integer::intValue).toArray();
  }

  /// One picture, each frame with half a gap on either side, so that columns are equally wide.
  private static byte[] image(Clip clip, int[] moments) {
    int cell = clip.width() + GAP;
    int width = cell * moments.length;
    byte[] rgb = new byte[width * clip.height() * 3];
    Arrays.fill(rgb, (byte) 128);
    for (int i = 0; i < moments.length; i++) {
      byte[] frame = clip.frame(moments[i]);
      for (int y = 0; y < clip.height(); y++) {
        int to = (y * width + i * cell + GAP / 2) * 3;
        System.arraycopy(frame, y * clip.width() * 3, rgb, to, clip.width() * 3);
      }
    }
    return PngWriter.encode(rgb, width, clip.height(), "");
  }
}
