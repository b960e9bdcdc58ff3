package framepack.experiment;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import java.util.List;

/// One training example by position, before any packing: what is known and what is to be made.
///
/// All frames are z in order of video time. Forward: `history` ends right before `target` (its last
/// frame is the nearest). Inverted: `history` begins right after `target` (its first is the
/// nearest). `origins` says for each history frame where it comes from; missing ones are exact
/// zeros and still take their place.
///
/// @param history [C, H, h, w]
/// @param origins one for each history frame
/// @param anchor [C, 1, h, w], the true start frame, or [C, 0, h, w] if the task shows none
/// @param target [C, section, h, w]
/// @param start frame time of the target's first frame; the video's first frame has time 0
/// @param padding sections that the model is told to lie between anchor and target (inverted), which
///     the padding rule caps; 0 in forward tasks
/// @param after whether `history` follows the target
/// @param label class of the video
public record HistoryExample(
    Frames history,
    List<Origin> origins,
    Frames anchor,
    Frames target,
    int start,
    int padding,
    boolean after,
    int label) {
  /// Where a history frame comes from.
  public enum Origin {
    /// There is none: exact zeros, no noise ever.
    MISSING,
    /// True in training and in sampling: shown clean.
    GIVEN,
    /// True in training but made by the model in sampling: history noise applies.
    GENERATED
  }

  public HistoryExample {
    origins = List.copyOf(origins);
    if (origins.size() != history.frames()) {
      throw new DatasetError(
          "history example: %d origins for %s".formatted(origins.size(), history));
    }
    target.checkSameFrame(history, "history example");
    target.checkSameFrame(anchor, "history example");
  }

  /// True where a history frame is not missing.
  public boolean[] valid() {
    boolean[] valid = new boolean[origins.size()];
    for (int i = 0; i < valid.length; i++) valid[i] = origins.get(i) != Origin.MISSING;
    return valid;
  }

  HistoryExample withHistory(Frames other) {
    return new HistoryExample(other, origins, anchor, target, start, padding, after, label);
  }
}
