package framepack.experiment.dataset;

/// The latents of one painted strip, [channels, 1, side / 8, side / 32 · period], periodic across.
public record Strip(int period, Frames latents) {
  public Strip {
    if (latents.frames() != 1 || latents.columns() * StripWorld.STEPS != latents.rows() * period) {
      throw new DatasetError(
          "strip of period %d: expected 1 frame whose width is %d / %d of its height, got %s"
              .formatted(period, period, StripWorld.STEPS, latents));
    }
  }

  /// Latent rows of a frame, which has as many columns.
  public int side() {
    return latents.rows();
  }

  /// Frames `start` to `start + count - 1` of the endless video, [channels, count, side, side]; frame t
  /// has the columns from side / 4 · (t mod period). `start` may be negative.
  public Frames window(long start, int count) {
    Frames window = Frames.zeros(latents.channels(), count, side(), side());
    int step = side() / StripWorld.STEPS;
    for (int c = 0; c < latents.channels(); c++) {
      for (int t = 0; t < count; t++) {
        int first = step * (int) Math.floorMod(start + t, (long) period);
        for (int y = 0; y < side(); y++) {
          copy(latents.index(c, 0, y, 0), first, window.values(), window.index(c, t, y, 0));
        }
      }
    }
    return window;
  }

  /// Copies the row at `from`, from its column `first` on and round its end: once, or often in a strip narrower than a frame.
  private void copy(int from, int first, float[] to, int at) {
    int columns = latents.columns();
    int done = 0;
    for (int x = first; done < side(); x = 0) {
      int run = Math.min(side() - done, columns - x);
      System.arraycopy(latents.values(), from + x, to, at + done, run);
      done += run;
    }
  }
}
