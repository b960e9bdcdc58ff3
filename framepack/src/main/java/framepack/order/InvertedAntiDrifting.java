package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.PackSpec;
import java.util.List;

/// Last to first, every section moving towards the given start (paper Fig. 2c; demo_gradio.py).
///
/// The start holds the known frames next to the generated ones; the history lies to the right and
/// is empty for the first section.
public record InvertedAntiDrifting() implements SamplingOrder {
  @Override
  public String text() {
    return "inverted";
  }

  @Override
  public PackSpec.Order needs() {
    return PackSpec.Order.INVERTED;
  }

  @Override
  public int place(int sections, int step) {
    return sections - 1 - step;
  }

  @Override
  public int step(int sections, int place) {
    return sections - 1 - place;
  }

  @Override
  public Section section(SectionPlan plan, int index) {
    PackSpec spec = plan.spec();
    int g = spec.generated();
    int padding = Paddings.of(plan.sections(), index);
    int first = plan.firstOf(place(plan.sections(), index));
    ContextIndex times = ContextIndex.of(spec, padding * g, 0);
    return Section.of(
        plan,
        index,
        padding,
        times,
        new WindowClock(first, times.noisy(), plan.known(), padding * g, first + g, 0),
        plan.known() - spec.startFrames(),
        first + g,
        List.of(window(plan, index, first)));
  }

  /// The section and its right neighbour; the last section brings the known frames with it.
  private static DecodeWindow window(SectionPlan plan, int index, int first) {
    int g = plan.spec().generated();
    int from = index == plan.sections() - 1 ? 0 : first;
    return index == 0
        ? DecodeWindow.opening(from, plan.latents() - from)
        : DecodeWindow.joined(from, first + 2 * g - from, g, true);
  }
}
