package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.PackSpec;
import framepack.pack.Span;
import java.util.List;
import java.util.stream.IntStream;

/// Orders that generate sections ahead and then fill the gaps towards them (paper Fig. 2b and 2d). There is no released
/// code for them.
///
/// The history of a section is what exists next to its left, over a gap if need be; its endpoint is what exists next to
/// its right, missing if nothing does. Anchors count like finished sections.
public sealed interface EndpointOrder extends SamplingOrder
    permits AntiDrifting, MultipleEndpoints, FarFirst {

  /// Finished places on either side of a section when it is generated.
  ///
  /// @param left nearest one before it, -1 if there is none
  /// @param right nearest one after it, the number of sections if there is none
  /// @param filled sections before it that were filled from the same gap
  record Neighbours(int left, int right, int filled) {}

  /// What is finished around the section of step `step`.
  Neighbours neighbours(int sections, int step);

  /// Number of finished places at the front of the video after step `step`.
  int finished(int sections, int step);

  @Override
  default Span around(int sections, int step, int place) {
    int front = step == 0 ? 0 : finished(sections, step - 1);
    return place < front ? new Span(0, front) : new Span(place, 1);
  }

  @Override
  default PackSpec.Order needs() {
    return PackSpec.Order.ENDPOINT;
  }

  @Override
  default Section section(SectionPlan plan, int index) {
    PackSpec spec = plan.spec();
    int g = spec.generated();
    int place = place(plan.sections(), index);
    Neighbours near = neighbours(plan.sections(), index);
    int first = plan.firstOf(place);
    int next = first + g;

    int leftEnd = plan.firstOf(near.left() + 1);
    int before = g * Paddings.of(place - near.left(), 0);
    int anchor = plan.anchorBefore(first, leftEnd - 1);
    if (anchor >= leftEnd) {
      leftEnd = anchor + 1;
      before = Math.min(first - leftEnd, Paddings.most(g));
    }

    boolean ahead = near.right() < plan.sections();
    int right = plan.firstOf(near.right());
    int after = ahead ? g * Paddings.of(near.right() - place + near.filled(), near.filled()) : 0;
    anchor = plan.anchorFrom(next, right);
    if (anchor < right || !ahead && plan.anchors().contains(right)) {
      right = anchor;
      after = Math.min(right - next, Paddings.most(g));
    }

    ContextIndex times = ContextIndex.of(spec, before, after);
    return Section.of(
        plan,
        index,
        Math.ceilDiv(Math.max(before, after), g),
        times,
        new WindowClock(first, times.noisy(), leftEnd, before, right, after),
        0,
        leftEnd - spec.historyFrames(),
        decodes(plan, index));
  }

  /// Windows of the places that join the finished front of the video.
  private List<DecodeWindow> decodes(SectionPlan plan, int index) {
    int from = index == 0 ? 0 : finished(plan.sections(), index - 1);
    return IntStream.range(from, finished(plan.sections(), index))
        .mapToObj(plan::forwardWindow)
        .toList();
  }
}
