package framepack.experiment;

import framepack.experiment.HistoryExample.Origin;
import framepack.experiment.dataset.Draws;
import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;

/// True history, next section: tells what a packing lets the model remember.
public record MemoryTask(int history, int section) implements HistoryTask {
  public MemoryTask {
    TaskFrames.check("memory", history, section);
  }

  @Override
  public HistoryExample draw(FrameSource source, Draws draws) {
    TaskFrames.checkLength("memory", source, history + section);
    FrameSource.Take take = source.take(draws, history + section);
    return example(take.frames(), take.label());
  }

  /// The example of a given window of history + section frames, for tests on chosen strips.
  public HistoryExample example(Frames window, int label) {
    return new HistoryExample(
        window.slice(0, history),
        TaskFrames.run(Origin.GIVEN, history, Origin.MISSING, 0),
        TaskFrames.zeros(window, 0),
        window.slice(history, section),
        history,
        0,
        false,
        label);
  }
}
