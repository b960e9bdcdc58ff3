package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.PackSpec;
import framepack.pack.Span;
import java.util.List;
import java.util.stream.IntStream;

/// Last to first: the history lies to the right of a section and is empty for the first one. The start holds frames next
/// to the generated ones.
sealed interface InvertedOrder extends SamplingOrder
    permits InvertedAntiDrifting, InvertedFromText {
  @Override
  default PackSpec.Order needs() {
    return PackSpec.Order.INVERTED;
  }

  @Override
  default int place(int sections, int step) {
    return sections - 1 - step;
  }

  @Override
  default int step(int sections, int place) {
    return sections - 1 - place;
  }

  @Override
  default Span around(int sections, int step, int place) {
    return new Span(sections - step, step);
  }

  /// Step 0 makes the frames that the start lacks, too.
  @Override
  default Section section(SectionPlan plan, int index) {
    PackSpec spec = plan.spec();
    int g = spec.generated();
    int padding = Paddings.of(plan.sections(), index);
    int first = plan.firstOf(plan.sections() - 1 - index);
    int end = Math.min(first + g, plan.latents());
    int shown = plan.firstOf(0); // one past the start
    ContextIndex times = ContextIndex.of(spec, end - first, padding * g, 0);
    IntStream head = index == 0 ? IntStream.range(plan.known(), shown) : IntStream.empty();
    return Section.of(
        plan,
        index,
        padding,
        times,
        IntStream.concat(head, IntStream.range(first, end)).boxed().toList(),
        new WindowClock(first, times.noisy(), shown, padding * g, end, 0),
        shown - spec.startFrames(),
        end,
        List.of(window(plan, index, first)));
  }

  /// The section and its right neighbour; the last section brings the frames before it with it.
  private static DecodeWindow window(SectionPlan plan, int index, int first) {
    int g = plan.spec().generated();
    int from = index == plan.sections() - 1 ? 0 : first;
    int end = Math.min(first + 2 * g, plan.latents());
    return index == 0
        ? DecodeWindow.opening(from, end - from)
        : DecodeWindow.joined(from, end - from, end - first - g, true);
  }
}
