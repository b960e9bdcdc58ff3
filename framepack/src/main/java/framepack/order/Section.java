package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.Level;
import framepack.pack.Span;
import framepack.pack.Times;
import java.util.ArrayList;
import java.util.List;

/// One section to generate: its place in the video and everything it sees.
///
/// @param index step of generation, from 0
/// @param padding blank sections ahead of it (0 for orders without a gap)
/// @param tail frames beyond the packed history
/// @param sources context levels in token order
/// @param clock RoPE times of its own frames and of all others
/// @param decodes windows that can be decoded once it is done, in this order
public record Section(
    int index,
    int padding,
    TailSource tail,
    List<Source> sources,
    WindowClock clock,
    List<DecodeWindow> decodes) {

  public Section {
    sources = List.copyOf(sources);
    decodes = List.copyOf(decodes);
  }

  /// First latent frame of the video that it generates.
  public int first() {
    return clock.first();
  }

  /// Latent frames that it generates.
  public int count() {
    return clock.noisy().count();
  }

  /// Last latent frame that it generates.
  public int last() {
    return first() + count() - 1;
  }

  /// RoPE times of the generated frames.
  public Span noisy() {
    return clock.noisy();
  }

  /// The levels of one role, in time order.
  public List<Source> sources(Level.Role role) {
    return sources.stream()
        .filter(source -> source.level().role() == role)
        .sorted((a, b) -> Integer.compare(a.times().first(), b.times().first()))
        .toList();
  }

  /// The same section with other context.
  Section withSources(List<Source> sources) {
    return new Section(index, padding, tail, sources, clock, decodes);
  }

  /// Fills the levels of a section: the frames of a role are consecutive in the video.
  ///
  /// @param start first frame of the start
  /// @param history first frame of the packed history
  static Section of(
      SectionPlan plan,
      int index,
      int padding,
      ContextIndex times,
      WindowClock clock,
      int start,
      int history,
      List<DecodeWindow> decodes) {
    List<Source> sources = new ArrayList<>();
    for (ContextIndex.Placed placed : times.levels()) {
      Level level = placed.level();
      int base =
          switch (level.role()) {
            case START -> start;
            case HISTORY -> history;
            case ENDPOINT -> clock.rightBegin();
            case ANCHOR -> throw new IllegalArgumentException("a packing has no level of anchors");
          };
      List<Integer> frames = new ArrayList<>();
      for (int i = 0; i < level.run().frames(); i++) {
        int frame = base + level.offset() + i;
        frames.add(plan.exists(frame, index) ? frame : Source.MISSING);
      }
      sources.add(new Source(level, Times.of(placed.times()), frames));
    }
    sources.addAll(plan.anchors().sources(plan.spec(), clock, times.length()));
    TailSource tail = TailSource.of(plan, index, times, start + plan.spec().startFrames(), history);
    return new Section(index, padding, tail, sources, clock, decodes);
  }
}
