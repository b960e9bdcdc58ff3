package framepack.pack;

import java.util.ArrayList;
import java.util.List;

/// Exact video tokens of one section: equal in every section, however long the video (paper §3.1), unless the packing
/// appends its tail (`ta`).
///
/// @param tail tokens of the frames beyond the packed history
/// @param levels tokens of each level of `PackSpec.levels()`, in token order
/// @param noisy tokens of the generated frames
/// @param perFrame `L_f`, tokens of one frame at the base kernel
public record TokenCount(long tail, List<Share> levels, long noisy, long perFrame) {
  /// Tokens that one level costs.
  public record Share(Level level, long tokens) {}

  public TokenCount {
    levels = List.copyOf(levels);
  }

  static TokenCount of(PackSpec spec, int height, int width, int tailFrames) {
    if (height < 2 || width < 2 || height % 2 != 0 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "latent %d x %d: height and width must be even and positive, noisy frames are not padded"
              .formatted(height, width));
    }
    if (tailFrames < 0) {
      throw new IllegalArgumentException(
          "tail of %s: the number of frames must not be negative, got %d"
              .formatted(spec, tailFrames));
    }
    List<Share> shares = new ArrayList<>();
    for (Level level : spec.levels()) {
      shares.add(new Share(level, level.run().tokens(height, width)));
    }
    long perFrame = PatchKernel.BASE.tokens(1, height, width);
    return new TokenCount(
        spec.tailRule().tokens(tailFrames), shares, perFrame * spec.generated(), perFrame);
  }

  /// The same with levels that are no part of a name, such as anchors, behind the others.
  public TokenCount with(List<Level> more, int height, int width) {
    List<Share> all = new ArrayList<>(levels);
    more.forEach(level -> all.add(new Share(level, level.run().tokens(height, width))));
    return new TokenCount(tail, all, noisy, perFrame);
  }

  /// Tokens of the levels that play one role.
  public long of(Level.Role role) {
    return levels.stream()
        .filter(share -> share.level().role() == role)
        .mapToLong(Share::tokens)
        .sum();
  }

  /// Tokens of all clean frames: tail, start, history, endpoint and anchors.
  public long context() {
    return tail + levels.stream().mapToLong(Share::tokens).sum();
  }

  /// All video tokens of a section.
  public long total() {
    return context() + noisy;
  }
}
