package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.Level;
import framepack.pack.Span;
import framepack.pack.Times;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// One section to generate: its place in the video and everything it sees.
///
/// @param index step of generation, from 0
/// @param padding blank sections ahead of it (0 for orders without a gap)
/// @param tail frames beyond the packed history
/// @param sources context levels in token order
/// @param frames latent frames of the video that it generates, ascending; mostly one run, but they may have gaps
/// @param clock RoPE times of these frames and of all others
/// @param decodes windows that can be decoded once it is done, in this order
public record Section(
    int index,
    int padding,
    TailSource tail,
    List<Source> sources,
    List<Integer> frames,
    WindowClock clock,
    List<DecodeWindow> decodes) {

  public Section {
    sources = List.copyOf(sources);
    frames = List.copyOf(frames);
    decodes = List.copyOf(decodes);
  }

  /// First latent frame of the video that it generates.
  public int first() {
    return frames.getFirst();
  }

  /// Latent frames that it generates.
  public int count() {
    return frames.size();
  }

  /// Last latent frame that it generates.
  public int last() {
    return frames.getLast();
  }

  /// RoPE times of the generated frames.
  public Times noisy() {
    return new Times(frames.stream().map(clock::at).toList());
  }

  /// The levels of one role, in time order.
  public List<Source> sources(Level.Role role) {
    return sources.stream()
        .filter(source -> source.level().role() == role)
        .sorted((a, b) -> Integer.compare(a.times().first(), b.times().first()))
        .toList();
  }

  /// Frames of the video that no level but the packed history shows: what a history can be chosen from.
  ///
  /// @param existing all frames that are there, as `SectionPlan.existing`
  public List<Integer> candidates(List<Integer> existing) {
    Set<Integer> shown = new HashSet<>();
    for (Source source : sources) {
      if (source.level().role() != Level.Role.HISTORY) {
        shown.addAll(source.frames());
      }
    }
    return existing.stream().filter(frame -> !shown.contains(frame)).toList();
  }

  /// The same section with a history chosen by importance (paper §3.2): the nearest level holds the most important
  /// frames, the next one those that follow, however far away they are.
  ///
  /// Within a level frames stand in order of time, so that the blocks of its kernel hold neighbours, and each at its own
  /// time. Frames that are too few leave the far slots missing; frames that are too many are the tail, each at its own
  /// time, where the packing sees its tail.
  ///
  /// @param ranked frames of the video that exist, most important first
  public Section withHistory(List<Integer> ranked) {
    List<Source> chosen = new ArrayList<>(sources);
    int taken = 0;
    for (int i = sources.size() - 1; i >= 0; i--) { // token order has the farthest level first
      Source source = sources.get(i);
      if (source.level().role() == Level.Role.HISTORY) {
        int count = Math.min(source.times().count(), ranked.size() - taken);
        List<Integer> frames = ranked.subList(taken, taken + count).stream().sorted().toList();
        chosen.set(i, filled(source, frames));
        taken += count;
      }
    }
    TailSource rest =
        tail.with(ranked.subList(taken, ranked.size()).stream().sorted().toList(), clock);
    return new Section(index, padding, rest, chosen, frames, clock, decodes);
  }

  /// A level that shows these frames next to the section and keeps its own times where there are none.
  private Source filled(Source level, List<Integer> frames) {
    int slots = level.times().count();
    boolean left = level.times().first() < noisy().first();
    int from = left ? slots - frames.size() : 0;
    List<Integer> shown = new ArrayList<>();
    List<Integer> times = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      boolean missing = slot < from || slot >= from + frames.size();
      shown.add(missing ? Source.MISSING : frames.get(slot - from));
      times.add(missing ? level.times().values().get(slot) : clock.at(frames.get(slot - from)));
    }
    return new Source(level.level(), new Times(times), shown);
  }

  /// Fills the levels of a section: the frames of a role are consecutive in the video.
  ///
  /// @param clock its noisy times are those of the section's frames
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
    Span own = new Span(clock.first(), clock.noisy().count());
    List<Integer> frames = IntStream.range(own.first(), own.end()).boxed().toList();
    return of(plan, index, padding, times, frames, clock, start, history, decodes);
  }

  /// The same for a section whose frames are not all at the clock's noisy times.
  static Section of(
      SectionPlan plan,
      int index,
      int padding,
      ContextIndex times,
      List<Integer> own,
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
    return new Section(index, padding, tail, sources, own, clock, decodes);
  }
}
