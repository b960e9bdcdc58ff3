package framepack.order;

import framepack.pack.PackSpec;
import framepack.pack.Span;

/// Inverted sampling without a given start: the first section makes the start frames and the end of the video at once,
/// one head frame and eight tail frames in the released layout. Every later section then is one of
/// [InvertedAntiDrifting] with that start (the bootstrap of a text-to-video reproduction on Wan).
///
/// The head frames stand at the times of the start, the tail frames behind the usual gap; the start slot itself is zero
/// latents in the first section. A video of `S` sections has `S·g` latents, none of them given.
public record InvertedFromText() implements SamplingOrder {
  @Override
  public String text() {
    return "inverted-text";
  }

  @Override
  public PackSpec.Order needs() {
    return PackSpec.Order.INVERTED;
  }

  @Override
  public boolean startsFromText() {
    return true;
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
  public Span around(int sections, int step, int place) {
    return new Span(sections - step, step);
  }

  @Override
  public Section section(SectionPlan plan, int index) {
    return InvertedAntiDrifting.inverted(plan, index);
  }
}
