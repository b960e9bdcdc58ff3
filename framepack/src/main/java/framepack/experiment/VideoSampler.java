package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.order.SectionPlan;
import java.util.List;

/// Makes whole videos, several at once.
public sealed interface VideoSampler permits Rollout, RollingRollout {
  /// All frames of every video, known ones first, in order of video time. Given frames come back as they are.
  List<Frames> run(SectionPlan plan, List<Rollout.Start> starts, Rollout.Listener listener);
}
