package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.PackSpec;
import framepack.pack.PackSpec.Side;
import framepack.pack.PatchKernel;
import framepack.pack.Span;
import framepack.pack.Tail;
import framepack.pack.TimeRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The frames of the video that lie beyond a section's packed history, as stretches however many they are: in the order
/// of time one stretch, from the history on as far as frames exist without a gap; with a history chosen by importance
/// whatever the choice leaves over. The given start frames are no part of it where the packing shows them on their own.
/// Packings that delete their tail have none.
///
/// @param rule what the packing does with them
/// @param kernel the nearest level's
/// @param stretches its frames, all of which exist, in order of time
/// @param idle the time at which the token of `tc` stands while there is no frame
public record TailSource(Tail rule, PatchKernel kernel, List<Stretch> stretches, int idle) {
  /// Consecutive frames of the video, at consecutive times.
  public record Stretch(Span frames, Span times) {
    public Stretch {
      if (frames.count() < 1 || times.count() != frames.count()) {
        throw new IllegalArgumentException(
            "tail: %d frames for %d times".formatted(frames.count(), times.count()));
      }
    }

    private boolean goesOnWith(int frame, int time) {
      return frames.end() == frame && times.end() == time;
    }

    private Stretch longer() {
      return new Stretch(
          new Span(frames.first(), frames.count() + 1), new Span(times.first(), times.count() + 1));
    }

    private Stretch only(int i) {
      return new Stretch(new Span(frames.first() + i, 1), new Span(times.first() + i, 1));
    }
  }

  /// One token: the mean of the frames of `stretches`; zero latents if there are none.
  ///
  /// @param times the times for which it stands
  public record Token(List<Stretch> stretches, TimeRuns times) {
    private static Token of(List<Stretch> stretches) {
      return new Token(stretches, new TimeRuns(stretches.stream().map(Stretch::times).toList()));
    }
  }

  public TailSource {
    stretches = List.copyOf(stretches);
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
    List<Stretch> one =
        to > from
            ? List.of(new Stretch(new Span(from, to - from), times.tail(spec, to - from)))
            : List.of();
    return new TailSource(
        spec.tailRule(), spec.nearest().kernel(), one, times.tail(spec, 0).first());
  }

  /// The same for other frames, each at its own time.
  ///
  /// @param frames latent frames of the video that exist, ascending
  TailSource with(List<Integer> frames, WindowClock clock) {
    List<Stretch> all = new ArrayList<>();
    for (int frame : rule == Tail.DELETE ? List.<Integer>of() : frames) {
      int time = clock.at(frame);
      boolean goesOn = !all.isEmpty() && all.getLast().goesOnWith(frame, time);
      all.add(
          goesOn ? all.removeLast().longer() : new Stretch(new Span(frame, 1), new Span(time, 1)));
    }
    return new TailSource(rule, kernel, all, idle);
  }

  /// All times for which tokens stand, in order.
  public List<Span> times() {
    return stretches.isEmpty() && rule == Tail.COMPRESS
        ? List.of(new Span(idle, 1))
        : stretches.stream().map(Stretch::times).toList();
  }

  /// Number of frames.
  public int count() {
    return stretches.stream().mapToInt(stretch -> stretch.frames().count()).sum();
  }

  /// The tokens that stand for these frames, in order of time.
  public List<Token> tokens() {
    return switch (rule) {
      case DELETE -> List.of();
      case COMPRESS ->
          List.of(
              stretches.isEmpty()
                  ? new Token(List.of(), TimeRuns.of(new Span(idle, 1)))
                  : Token.of(stretches));
      case APPEND ->
          stretches.stream()
              .flatMap(
                  stretch -> IntStream.range(0, stretch.frames().count()).mapToObj(stretch::only))
              .map(only -> Token.of(List.of(only)))
              .toList();
    };
  }
}
