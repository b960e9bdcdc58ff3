package framepack.order;

import framepack.pack.Level;
import framepack.pack.Times;
import java.util.List;

/// One context level of a section: its tokens' times and the frames that fill it.
///
/// @param level role and run
/// @param times RoPE time indices, one a frame
/// @param frames latent frames of the video; `MISSING` where there is none yet
public record Source(Level level, Times times, List<Integer> frames) {
  /// A frame that does not exist yet: zero latents. Its tokens are emitted all the same, so that
  /// every section costs the same; noise and discretisation must leave it alone.
  public static final int MISSING = -1;

  public Source {
    frames = List.copyOf(frames);
    if (frames.size() != times.count()) {
      throw new IllegalArgumentException(
          "level %s: %d frames for %d times".formatted(level, frames.size(), times.count()));
    }
  }

  /// Number of frames that exist.
  public int present() {
    return (int) frames.stream().filter(frame -> frame != MISSING).count();
  }
}
