package framepack.experiment;

import framepack.experiment.HistoryExample.Origin;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Draws;
import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;
import java.util.ArrayList;
import java.util.List;

/// Forward generation that always sees the start frame (as FramePack-F1): the target starts
/// g = 1 + section · U{0 … sections-1} frames after the anchor, history is the last min(history, g)
/// frames. The phase between anchor and section must be the one of sampling: an anchor at a random
/// distance is ignored by the model (16.5 dB drift instead of 1.9).
///
/// A source shorter than all sections limits the draw to the sections that fit.
public record AnchoredTask(int history, int section, int sections) implements HistoryTask {
  public AnchoredTask {
    TaskFrames.check("anchored", history, section);
    if (sections < 1) {
      throw new DatasetError("anchored task: expected at least 1 section, got " + sections);
    }
  }

  @Override
  public HistoryExample draw(FrameSource source, Draws draws) {
    TaskFrames.checkLength("anchored", source, 1 + section);
    int fit = Math.min(sections, (source.longest() - 1) / section);
    int start = 1 + section * draws.below(fit);
    FrameSource.Take take = source.take(draws, start + section);
    Frames window = take.frames();
    int valid = Math.min(history, start);
    List<Origin> origins =
        new ArrayList<>(TaskFrames.run(Origin.MISSING, history - valid, Origin.GENERATED, valid));
    if (start <= history) origins.set(history - start, Origin.GIVEN);
    return new HistoryExample(
        TaskFrames.endingAt(window, start - valid, start, history),
        origins,
        window.slice(0, 1),
        window.slice(start, section),
        start,
        0,
        false,
        take.label());
  }
}
