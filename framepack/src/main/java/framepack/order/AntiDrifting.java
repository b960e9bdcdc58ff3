package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.PackSpec;
import java.util.ArrayList;
import java.util.List;

/// The last section first, then forward with its first frames in view (paper Fig. 2b).
///
/// There is no released code for this order. Here step 0 generates the last section from the known
/// frames over a gap, with an empty endpoint; steps 1.. fill the video from the left, each with the
/// gap to the endpoint. Gaps follow the released paddings, so they never exceed three sections.
public record AntiDrifting() implements SamplingOrder {
  @Override
  public Section section(SectionPlan plan, int index) {
    return index == 0 ? lastSection(plan) : fill(plan, index);
  }

  private static Section lastSection(SectionPlan plan) {
    PackSpec spec = plan.spec();
    int padding = Paddings.of(plan.sections(), 0);
    ContextIndex times = ContextIndex.of(spec, padding * spec.generated(), 0);
    int first = plan.firstOf(plan.sections() - 1);
    var sources =
        Section.fill(
            times,
            0,
            plan.known() - spec.historyFrames(),
            first,
            frame -> frame >= 0 && frame < plan.known());
    var decodes = plan.sections() == 1 ? List.of(plan.forwardWindow(0)) : List.<DecodeWindow>of();
    return new Section(0, first, spec.generated(), padding, sources, times.noisy(), decodes);
  }

  private static Section fill(SectionPlan plan, int index) {
    PackSpec spec = plan.spec();
    int place = index - 1;
    int padding = Paddings.of(plan.sections() - 1, place);
    ContextIndex times = ContextIndex.of(spec, 0, padding * spec.generated());
    int first = plan.firstOf(place);
    int endpoint = plan.firstOf(plan.sections() - 1);
    var sources =
        Section.fill(
            times,
            0,
            first - spec.historyFrames(),
            endpoint,
            frame -> frame >= 0 && frame < first || frame >= endpoint);
    List<DecodeWindow> decodes = new ArrayList<>(List.of(plan.forwardWindow(place)));
    if (index == plan.sections() - 1) {
      decodes.add(plan.forwardWindow(place + 1));
    }
    return new Section(index, first, spec.generated(), padding, sources, times.noisy(), decodes);
  }
}
