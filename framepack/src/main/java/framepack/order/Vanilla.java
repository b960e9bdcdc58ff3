package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.PackSpec;
import java.util.List;

/// First to last; every section sees the frames just before it (paper Fig. 2a). Prone to drift.
public record Vanilla() implements SamplingOrder {
  @Override
  public Section section(SectionPlan plan, int index) {
    return forward(plan, index);
  }

  /// A forward section: history before it, frames before the video are missing; the start, if the
  /// packing has one, holds the video's first frames.
  static Section forward(SectionPlan plan, int index) {
    PackSpec spec = plan.spec();
    int first = plan.firstOf(index);
    ContextIndex times = ContextIndex.of(spec, 0, 0);
    var sources =
        Section.fill(
            times, 0, first - spec.historyFrames(), first, frame -> frame >= 0 && frame < first);
    return new Section(
        index,
        first,
        spec.generated(),
        0,
        sources,
        times.noisy(),
        List.of(plan.forwardWindow(index)));
  }
}
