package framepack.experiment;

import framepack.experiment.dataset.Draws;
import framepack.experiment.dataset.FrameSource;

/// What a model is trained for: which history it sees and which section it makes. A task draws
/// examples; how history is packed into tokens is no concern of it.
public sealed interface HistoryTask permits MemoryTask, ForwardTask, AnchoredTask, InvertedTask {
  /// History frames in every example, missing ones included.
  int history();

  /// Frames to be made.
  int section();

  /// One example. Equal draws give equal examples.
  ///
  /// @throws framepack.experiment.dataset.DatasetError if the source is too short for the task
  HistoryExample draw(FrameSource source, Draws draws);
}
