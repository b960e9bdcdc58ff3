package framepack.order;

/// Inverted sampling without a given start: the first section makes the start frames and the end of the video at once,
/// one head frame and eight tail frames in the released layout. Every later section then is one of
/// [InvertedAntiDrifting] with that start (the bootstrap of a text-to-video reproduction on Wan).
///
/// The head frames stand at the times of the start, the tail frames behind the usual gap; the start slot itself is zero
/// latents in the first section. A video of `S` sections has `S·g` latents, none of them given.
public record InvertedFromText() implements InvertedOrder {
  @Override
  public String text() {
    return "inverted-text";
  }

  @Override
  public boolean startsFromText() {
    return true;
  }
}
