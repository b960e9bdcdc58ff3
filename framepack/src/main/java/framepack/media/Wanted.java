package framepack.media;

/// What to take of a video while it is read, so that a long or large one never has to fit into
/// memory whole.
///
/// @param maxFrames at most this many frames
/// @param every one frame in so many; the frame rate falls accordingly
/// @param width 0, or scale to cover `width` x `height` and crop at the centre
/// @param height 0 exactly if `width` is 0
public record Wanted(int maxFrames, int every, int width, int height) {
  public Wanted {
    if (maxFrames < 1 || every < 1) {
      throw new IllegalArgumentException(
          "wanted %d frames, one in %d: both must be at least 1".formatted(maxFrames, every));
    }
    if (width < 0 || height < 0 || (width == 0) != (height == 0)) {
      throw new IllegalArgumentException(
          "wanted size %dx%d: give both sides, or none".formatted(width, height));
    }
  }

  /// Every frame at its own size.
  public static Wanted everything() {
    return new Wanted(Integer.MAX_VALUE, 1, 0, 0);
  }

  /// The first `count` of what would be taken.
  public Wanted first(int count) {
    return new Wanted(count, every, width, height);
  }

  public Wanted oneIn(int frames) {
    return new Wanted(maxFrames, frames, width, height);
  }

  public Wanted sized(int toWidth, int toHeight) {
    return new Wanted(maxFrames, every, toWidth, toHeight);
  }

  /// Frames taken from a video of `frames`.
  int of(long frames) {
    return (int) Math.min(maxFrames, (frames + every - 1) / every);
  }
}
