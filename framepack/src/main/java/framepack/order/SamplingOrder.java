package framepack.order;

import framepack.pack.PackSpec;

/// An order in which the sections of a video are generated (paper Fig. 2).
public sealed interface SamplingOrder
    permits Vanilla, AntiDrifting, InvertedAntiDrifting, ForwardWithStart {

  /// The order that a packing name implies.
  static SamplingOrder of(PackSpec spec) {
    return switch (spec.order()) {
      case VANILLA -> new Vanilla();
      case ENDPOINT -> new AntiDrifting();
      case INVERTED -> new InvertedAntiDrifting();
      case FORWARD_START -> new ForwardWithStart();
    };
  }

  /// The section generated at step `index` of a plan. Any section can be asked for on its own:
  /// training draws single sections, sampling takes them in turn.
  Section section(SectionPlan plan, int index);
}
