package framepack.experiment;

import framepack.experiment.HistoryExample.Origin;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Draws;
import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;
import java.util.ArrayList;
import java.util.List;

/// Vanilla forward generation from one start frame: the share `truncated` of the examples has only
/// 1 … history-1 valid frames, as the first sections of a video have. The oldest frame of such a
/// short history is the start frame, which sampling is given too.
public record ForwardTask(int history, int section, double truncated) implements HistoryTask {
  public ForwardTask {
    TaskFrames.check("forward", history, section);
    if (!(truncated >= 0 && truncated <= 1)) {
      throw new DatasetError(
          "forward task: expected a truncated share from 0 to 1, got %s".formatted(truncated));
    }
  }

  @Override
  public HistoryExample draw(FrameSource source, Draws draws) {
    TaskFrames.checkLength("forward", source, history + section);
    boolean isShort = history > 1 && draws.uniform() < truncated;
    int valid = isShort ? 1 + draws.below(history - 1) : history;
    FrameSource.Take take = source.take(draws, history + section);
    Frames window = take.frames();
    return new HistoryExample(
        TaskFrames.endingAt(window, history - valid, history, history),
        origins(valid),
        TaskFrames.zeros(window, 0),
        window.slice(history, section),
        valid,
        0,
        false,
        take.label());
  }

  private List<Origin> origins(int valid) {
    List<Origin> origins =
        new ArrayList<>(TaskFrames.run(Origin.MISSING, history - valid, Origin.GENERATED, valid));
    if (valid < history) origins.set(history - valid, Origin.GIVEN);
    return origins;
  }
}
