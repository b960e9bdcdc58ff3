package framepack.order;

import java.util.List;

/// The last section first, then forward with its first frames in view (paper Fig. 2b).
///
/// Step 0 generates the last section from the known frames over a gap, with an empty endpoint; steps 1.. fill the video
/// from the left, each with the gap to the endpoint. Gaps follow the released paddings, so they never exceed three
/// sections.
public record AntiDrifting() implements EndpointOrder {
  private static final MultipleEndpoints LAST = new MultipleEndpoints(List.of(1.0));

  @Override
  public String text() {
    return "endpoint";
  }

  @Override
  public int place(int sections, int step) {
    return LAST.place(sections, step);
  }

  @Override
  public int step(int sections, int place) {
    return LAST.step(sections, place);
  }

  @Override
  public Neighbours neighbours(int sections, int step) {
    return LAST.neighbours(sections, step);
  }

  @Override
  public int finished(int sections, int step) {
    return LAST.finished(sections, step);
  }
}
