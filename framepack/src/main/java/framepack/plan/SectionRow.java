package framepack.plan;

import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.order.TailSource;
import framepack.pack.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A section as it stands in the table of a plan.
///
/// @param step step of generation, from 0
/// @param makes latent frames of the video that it makes
/// @param padding blank sections ahead of it
/// @param noisy RoPE times of these frames
/// @param blank times within the window that own no tokens
/// @param tailTimes RoPE times that its tail stands for
/// @param tailFrames latent frames of the video in its tail
/// @param levels what it sees, in token order
record SectionRow(
    int step,
    Ranges makes,
    int padding,
    Ranges noisy,
    Ranges blank,
    Ranges tailTimes,
    Ranges tailFrames,
    List<Seen> levels) {
  /// What a level holds.
  ///
  /// @param times RoPE times
  /// @param frames latent frames of the video that exist already
  /// @param missing frames that do not exist yet: zero latents
  record Seen(Level level, Ranges times, Ranges frames, int missing) {}

  static SectionRow of(SectionPlan plan, int step) {
    Section section = plan.section(step);
    List<Seen> seen = new ArrayList<>();
    List<int[]> taken = new ArrayList<>();
    for (Source source : section.sources()) {
      int[] times = source.times().toArray();
      taken.add(times);
      int[] there = source.frames().stream().mapToInt(f -> f).filter(f -> f >= 0).toArray();
      int missing = source.frames().size() - there.length;
      seen.add(new Seen(source.level(), Ranges.of(times), Ranges.of(there), missing));
    }
    taken.add(section.noisy().toArray());
    return new SectionRow(
        step,
        Ranges.of(section.frames().stream().mapToInt(Integer::intValue).toArray()),
        section.padding(),
        Ranges.of(section.noisy().toArray()),
        Ranges.of(blank(taken)),
        Ranges.of(section.tail().times()),
        Ranges.of(section.tail().stretches().stream().map(TailSource.Stretch::frames).toList()),
        seen);
  }

  private static int[] blank(List<int[]> taken) {
    int[] all = taken.stream().flatMapToInt(IntStream::of).distinct().sorted().toArray();
    List<Integer> between = new ArrayList<>();
    for (int i = 1; i < all.length; i++) {
      IntStream.range(all[i - 1] + 1, all[i]).forEach(between::add);
    }
    return between.stream().mapToInt(Integer::intValue).toArray();
  }
}
