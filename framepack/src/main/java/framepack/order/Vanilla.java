package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.PackSpec;
import framepack.pack.Span;
import java.util.List;

/// First to last; every section sees the frames just before it (paper Fig. 2a). Prone to drift.
public record Vanilla() implements SamplingOrder {
  @Override
  public String text() {
    return "vanilla";
  }

  @Override
  public PackSpec.Order needs() {
    return PackSpec.Order.VANILLA;
  }

  @Override
  public int place(int sections, int step) {
    return step;
  }

  @Override
  public int step(int sections, int place) {
    return place;
  }

  @Override
  public Span around(int sections, int step, int place) {
    return new Span(0, step);
  }

  @Override
  public Section section(SectionPlan plan, int index) {
    return forward(plan, index);
  }

  /// A forward section: history before it, frames before the video are missing; the start, if the
  /// packing has one, holds the video's first frames.
  static Section forward(SectionPlan plan, int index) {
    PackSpec spec = plan.spec();
    int first = plan.firstOf(index);
    int next = first + spec.generated();
    int right = plan.anchorFrom(next, plan.latents());
    int after = Math.min(right - next, Paddings.most(spec.generated()));
    ContextIndex times = ContextIndex.of(spec, 0, 0);
    return Section.of(
        plan,
        index,
        0,
        times,
        new WindowClock(first, times.noisy(), first, 0, right, after),
        0,
        first - spec.historyFrames(),
        List.of(plan.forwardWindow(index)));
  }
}
