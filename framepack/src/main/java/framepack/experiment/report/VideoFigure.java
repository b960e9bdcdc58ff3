package framepack.experiment.report;

import framepack.media.Clip;

/// A video in the page: mp4, or lossless as an animated PNG that needs no player.
///
/// @param lossless no controls, larger, and every pixel as it was
public record VideoFigure(String label, Clip clip, boolean lossless) implements Figure {

  public static VideoFigure of(String label, Clip clip) {
    return new VideoFigure(label, clip, false);
  }

  public VideoFigure asLossless() {
    return new VideoFigure(label, clip, true);
  }

  @Override
  public void appendTo(Markup html, int width) {
    if (lossless) {
      String style = DataUri.style(clip);
      String widest = DataUri.widest(clip);
      html.empty(
          "img", "src", DataUri.animation(clip), "alt", label, "class", style, "style", widest);
    } else {
      video(html, clip, label, true);
    }
  }

  /// @param controls the browser's own buttons
  static void video(Markup html, Clip clip, String label, boolean controls) {
    Object[] plain = {
      "loop",
      "",
      "muted",
      "",
      "playsinline",
      "",
      "preload",
      "auto",
      "aria-label",
      label,
      "class",
      DataUri.style(clip),
      "style",
      DataUri.widest(clip),
      "width",
      clip.width(),
      "height",
      clip.height(),
      "poster",
      DataUri.still(clip, 0),
      "src",
      DataUri.video(clip)
    };
    if (controls) {
      Object[] all = new Object[plain.length + 2];
      System.arraycopy(plain, 0, all, 2, plain.length);
      all[0] = "controls";
      all[1] = "";
      plain = all;
    }
    html.open("video", plain).text("This browser shows no mp4.").close("video");
  }
}
