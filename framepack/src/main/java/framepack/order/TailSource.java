package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.PackSpec;
import framepack.pack.PackSpec.Side;
import framepack.pack.PatchKernel;
import framepack.pack.Span;
import framepack.pack.Tail;
import java.util.List;
import java.util.stream.IntStream;

/// The frames of the video that lie beyond a section's packed history, as a span however many they are: from the history
/// on as far as frames exist without a gap. The given start frames are no part of it where the packing shows them on
/// their own. Packings that delete their tail have none.
///
/// @param rule what the packing does with them
/// @param kernel the nearest level's
/// @param frames frames of the video; all of them exist
/// @param times their RoPE times; without frames the one time at which the token of `tc` stands
public record TailSource(Tail rule, PatchKernel kernel, Span frames, Span times) {
  /// One token: the mean of `frames`, standing for `times`. Without frames it is zero latents.
  public record Token(Span frames, Span times) {}

  public TailSource {
    if (times.count() != Math.max(1, frames.count())) {
      throw new IllegalArgumentException(
          "tail: %d frames for %d times".formatted(frames.count(), times.count()));
    }
  }

  /// The tail of the section at step `index` whose packed history begins at video frame `history`.
  ///
  /// @param afterStart the first frame behind the start frames
  static TailSource of(
      SectionPlan plan, int index, ContextIndex times, int afterStart, int history) {
    PackSpec spec = plan.spec();
    boolean sees = spec.tailRule() != Tail.DELETE;
    boolean left = spec.side() == Side.LEFT;
    int from = left ? history : history + spec.historyFrames();
    int to = from;
    while (sees && left && from > afterStart && plan.exists(from - 1, index)) {
      from = Math.max(afterStart, plan.stretch(from - 1, index).first());
    }
    while (sees && !left && plan.exists(to, index)) {
      to = plan.stretch(to, index).end();
    }
    return new TailSource(
        spec.tailRule(),
        spec.nearest().kernel(),
        new Span(from, to - from),
        times.tail(spec, to - from));
  }

  /// The tokens that stand for these frames, in order of time.
  public List<Token> tokens() {
    return switch (rule) {
      case DELETE -> List.of();
      case COMPRESS -> List.of(new Token(frames, times));
      case APPEND ->
          IntStream.range(0, frames.count())
              .mapToObj(i -> new Token(only(frames, i), only(times, i)))
              .toList();
    };
  }

  private static Span only(Span span, int i) {
    return new Span(span.first() + i, 1);
  }
}
