package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.history.NoisedVideo;
import framepack.order.Section;
import framepack.order.Source;

/// One training example by position, before anything is packed: a true video and the section of it
/// to make.
///
/// @param video z [C, T, h, w], all frames of the section's plan in order of time
/// @param context the same video with history noise, as the model is shown it before discretisation
/// @param section the frames to make and, level by level, the frames that are seen
/// @param label class of the video
/// @param level of the noise on the history
public record HistoryExample(
    Frames video, Frames context, Section section, int label, double level) {
  public HistoryExample {
    video.checkSameShape(context, "history example");
  }

  /// The video as the model is shown it.
  NoisedVideo shown() {
    return new NoisedVideo(context, level);
  }

  /// What the model is to make, clean: [C, section, h, w].
  public Frames target() {
    return video.pick(section.frames());
  }

  /// The frames of one level in order of time, [C, frames, h, w]; missing ones are exact zeros.
  public Frames frames(Source level) {
    return context.pick(level.frames());
  }
}
