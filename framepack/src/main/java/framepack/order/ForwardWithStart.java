package framepack.order;

import framepack.pack.PackSpec;
import framepack.pack.Span;

/// First to last with the video's first frames always in view: FramePack-F1.
///
/// Times are relative to the window, so the start frame stays at time 0 however far away it is.
public record ForwardWithStart() implements SamplingOrder {
  @Override
  public String text() {
    return "forward-start";
  }

  @Override
  public PackSpec.Order needs() {
    return PackSpec.Order.FORWARD_START;
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
    return Vanilla.forward(plan, index);
  }
}
