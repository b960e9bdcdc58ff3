package framepack.experiment;

import framepack.order.TailSource;
import framepack.pack.Span;
import java.util.Arrays;
import java.util.List;

/// The mean pixels that the tail tokens of one video hold. Frames only ever enter a tail in the order of time: the sums of
/// the tail before are kept, so that a section costs as much as the frames that are new to its tail, however long the
/// video is. What cannot be continued is summed anew, with the same result to the last bit.
///
/// Frames must not change once they are in a tail.
public final class TailMeans {
  /// Where the values of frames come from.
  @FunctionalInterface
  public interface PixelSums {
    /// Sum of one channel of a frame over its pixels.
    double of(int channel, int frame);
  }

  private final double[] sums;
  private Span summed = new Span(0, 0);
  private boolean upwards;

  /// @param channels of the latents
  public TailMeans(int channels) {
    sums = new double[channels];
  }

  /// The mean pixel of a token's frames; zeros if it has none.
  ///
  /// @param pixels of a frame
  public float[] of(TailSource.Token token, PixelSums values, int pixels) {
    List<TailSource.Stretch> stretches = token.stretches();
    long frames = 0;
    if (stretches.size() == 1) {
      TailSource.Stretch stretch = stretches.getFirst();
      frames = stretch.frames().count();
      add(stretch.frames(), stretch.times().first() < 0, values);
    } else {
      restart(new Span(0, 0), true);
      for (TailSource.Stretch stretch : stretches) {
        frames += stretch.frames().count();
        add(values, stretch.frames().first(), stretch.frames().end(), 1);
      }
    }
    float[] mean = new float[sums.length];
    for (int c = 0; c < mean.length && frames > 0; c++) {
      mean[c] = (float) (sums[c] / (frames * pixels));
    }
    return mean;
  }

  /// Frames enter a tail at its near end, so they are summed from the far end on.
  ///
  /// @param left whether the far end is the first frame
  private void add(Span frames, boolean left, PixelSums values) {
    boolean continued =
        summed.count() > 0
            && upwards == left
            && (left ? summed.first() == frames.first() : summed.end() == frames.end())
            && summed.count() <= frames.count();
    if (!continued) {
      restart(new Span(left ? frames.first() : frames.end(), 0), left);
    }
    if (left) {
      add(values, summed.end(), frames.end(), 1);
    } else {
      add(values, summed.first() - 1, frames.first() - 1, -1);
    }
    summed = frames;
  }

  private void restart(Span nothing, boolean left) {
    Arrays.fill(sums, 0);
    summed = nothing;
    upwards = left;
  }

  private void add(PixelSums values, int from, int to, int step) {
    for (int frame = from; frame != to; frame += step) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += values.of(c, frame);
      }
    }
  }
}
