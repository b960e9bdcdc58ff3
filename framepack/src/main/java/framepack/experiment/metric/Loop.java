package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;

/// Whether a video of something periodic comes back to where it was: the error of every frame against the one a period before
/// it. It asks the video to agree with itself, not with the truth; a video that stands still does so too.
public final class Loop {
  private Loop() {}

  /// @param made latents [C, T, h, w], not z, of more than `period` frames
  public static SquaredError error(Frames made, int period) {
    int pairs = made.frames() - period;
    if (period < 1 || pairs < 1) {
      throw new DatasetError("loop: %s are no longer than a period of %d".formatted(made, period));
    }
    return SquaredError.ofLatents(made.slice(0, pairs), made.slice(period, pairs));
  }
}
