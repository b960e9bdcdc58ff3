package framepack.plan;

import framepack.order.Anchors;
import framepack.order.SamplingOrder;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import java.util.Optional;

/// How a video is wanted: its length, the order of its sections, and the frames that the user gives inside it.
///
/// @param order which section comes next; without one, what a packing's name implies
/// @param anchors given frames as `Anchors.parse` reads them
public record VideoPlan(
    VideoLength length, Optional<SamplingOrder> order, Optional<String> anchors) {

  /// A video of this length in the order that a packing's name implies, without anchors.
  public static VideoPlan of(VideoLength length) {
    return new VideoPlan(length, Optional.empty(), Optional.empty());
  }

  /// The sections of this video with a packing. Given are the start of the packing, and the encoded image at least; nothing
  /// where the order starts from text.
  ///
  /// @throws IllegalArgumentException if packing, order, anchors and length do not fit together
  public SectionPlan sections(PackSpec spec) {
    SamplingOrder chosen = order.orElseGet(() -> SamplingOrder.of(spec));
    int known = chosen.startsFromText() ? 0 : Math.max(1, spec.startFrames());
    SectionPlan plan =
        new SectionPlan(spec, length.sections(spec, known), known, chosen, Anchors.NONE);
    return anchors.map(text -> plan.with(Anchors.parse(text, plan.latents()))).orElse(plan);
  }
}
