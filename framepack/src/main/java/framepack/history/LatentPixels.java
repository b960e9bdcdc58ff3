package framepack.history;

import framepack.experiment.dataset.Frames;
import java.util.List;

/// The latent pixels of a data set by number: each is the vector of the C channels at one place of one frame. They are read
/// piece by piece, so that a set may be larger than memory.
public interface LatentPixels {
  int channels();

  long count();

  /// Writes the pixels `from` to `from + count - 1` to `rows`, C numbers each, the first at `at`.
  void read(long from, int count, float[] rows, int at);

  /// Pixels of videos [C, T, h, w] in memory, in order of video, frame, row and column.
  ///
  /// @throws CodebookException if there are none, or the videos differ in channels
  static LatentPixels of(List<Frames> videos) {
    PlanarPixels pixels = new PlanarPixels();
    for (int i = 0; i < videos.size(); i++) {
      Frames video = videos.get(i);
      float[] values = video.values();
      long places = (long) video.frames() * video.rows() * video.columns();
      pixels.add("video " + i, video.channels(), places, at -> values[(int) at]);
    }
    return pixels.checked("the given videos");
  }
}
