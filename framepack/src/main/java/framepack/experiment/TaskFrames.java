package framepack.experiment;

import framepack.experiment.HistoryExample.Origin;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Cutting histories out of a window of true frames.
final class TaskFrames {
  private TaskFrames() {}

  static void check(String task, int history, int section) {
    if (history < 1 || section < 1) {
      throw new DatasetError(
          "%s task: expected at least 1 history frame and 1 frame a section, got %d and %d"
              .formatted(task, history, section));
    }
  }

  static void checkLength(String task, FrameSource source, int least) {
    if (source.longest() < least) {
      throw new DatasetError(
          "%s task: needs %d consecutive frames, but the data has %d; use a longer clip, a smaller"
                  .formatted(task, least, source.longest())
              + " stride or less history");
    }
  }

  /// `count` places whose last are the frames `from` to `to - 1`; the rest are zeros.
  static Frames endingAt(Frames window, int from, int to, int count) {
    return Frames.concat(
        List.of(zeros(window, count - (to - from)), window.slice(from, to - from)));
  }

  /// `count` places whose first are the frames `from` to `to - 1`; the rest are zeros.
  static Frames startingAt(Frames window, int from, int to, int count) {
    return Frames.concat(
        List.of(window.slice(from, to - from), zeros(window, count - (to - from))));
  }

  static Frames zeros(Frames like, int count) {
    return Frames.zeros(like.channels(), count, like.rows(), like.columns());
  }

  static List<Origin> run(Origin first, int count, Origin second, int rest) {
    List<Origin> origins = new ArrayList<>(Collections.nCopies(count, first));
    origins.addAll(Collections.nCopies(rest, second));
    return origins;
  }
}
