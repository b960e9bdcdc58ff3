package framepack.experiment.report;

import framepack.media.Clip;
import framepack.media.Mp4Writer;
import framepack.media.PngWriter;
import java.util.Base64;

/// Pictures and videos inside the page's own text.
final class DataUri {
  private static final int SMALL = 128;

  private DataUri() {}

  /// Class of an element that shows `clip`: small frames are shown as their pixels.
  static String style(Clip clip) {
    return clip.width() <= SMALL ? "film pixels" : "film";
  }

  /// Keeps a small clip from being blown up over the whole page.
  static String widest(Clip clip) {
    int factor = clip.width() <= SMALL ? 4 : clip.width() <= 400 ? 2 : 1;
    return "max-width: " + clip.width() * factor + "px";
  }

  static String png(byte[] file) {
    return of("image/png", file);
  }

  static String still(Clip clip, int t) {
    return png(PngWriter.encode(clip.frame(t), clip.width(), clip.height(), ""));
  }

  static String animation(Clip clip) {
    return png(PngWriter.encodeAnimated(clip, ""));
  }

  static String video(Clip clip) {
    return of("video/mp4", Mp4Writer.encode(clip, ""));
  }

  private static String of(String type, byte[] file) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(file);
  }
}
