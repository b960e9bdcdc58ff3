package framepack.order;

import framepack.pack.Span;

/// RoPE times of video frames as one section sees them: the section's own frames stand at `noisy`, and what exists on
/// either side of it stands at the distance at which the section is shown it.
///
/// A gap of blank frames may be shown shorter than it is; beyond the gap every frame keeps its distance to its
/// neighbours. Times may be negative: frames far to the left of the window.
///
/// @param first first video frame that the section generates
/// @param noisy times of its frames
/// @param leftEnd one past the nearest existing frame on the left; 0 if there is none
/// @param before blank frames shown between that frame and the section
/// @param rightBegin nearest existing frame on the right; the length of the video if there is none
/// @param after blank frames shown between the section and that frame
public record WindowClock(
    int first, Span noisy, int leftEnd, int before, int rightBegin, int after) {
  public WindowClock {
    boolean fits = before >= 0 && before <= first - leftEnd;
    fits &= after >= 0 && after <= rightBegin - first - noisy.count();
    if (!fits) {
      throw new IllegalArgumentException(
          "section of %d frames from %d: gaps of %d and %d frames do not fit between %d and %d"
              .formatted(noisy.count(), first, before, after, leftEnd, rightBegin));
    }
  }

  /// Time of a video frame. Inside a gap that is shown shortened, frames beyond its shown part stand at its far end.
  public int at(int frame) {
    int next = first + noisy.count();
    int time = noisy.first() + frame - first;
    if (frame < leftEnd) {
      return time + first - leftEnd - before;
    }
    if (frame >= rightBegin) {
      return time - (rightBegin - next - after);
    }
    return Math.clamp(time, noisy.first() - before, noisy.end() - 1 + after);
  }
}
