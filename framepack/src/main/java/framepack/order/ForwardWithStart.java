package framepack.order;

/// First to last with the video's first frames always in view: FramePack-F1.
///
/// Times are relative to the window, so the start frame stays at time 0 however far away it is.
public record ForwardWithStart() implements SamplingOrder {
  @Override
  public Section section(SectionPlan plan, int index) {
    return Vanilla.forward(plan, index);
  }
}
