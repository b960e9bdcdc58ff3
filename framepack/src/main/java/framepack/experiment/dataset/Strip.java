package framepack.experiment.dataset;

/// The latents of one painted strip, [channels, 1, 8, 2 · period], periodic across.
public record Strip(int period, Frames latents) {
  /// Latent columns of a frame, and latent columns the camera moves by in one frame.
  private static final int WIDTH = StripWorld.FRAME / LinearPatchCodec.PATCH;

  private static final int STEP = StripWorld.STEP / LinearPatchCodec.PATCH;

  public Strip {
    if (latents.frames() != 1 || latents.columns() != STEP * period) {
      throw new DatasetError(
          "strip of period %d: expected 1 frame of %d columns, got %s"
              .formatted(period, STEP * period, latents));
    }
  }

  /// Frames `start` to `start + count - 1` of the endless video, [channels, count, 8, 8]; frame t
  /// has the columns from 2t mod 2 · period. `start` may be negative.
  public Frames window(long start, int count) {
    Frames window = Frames.zeros(latents.channels(), count, latents.rows(), WIDTH);
    for (int c = 0; c < latents.channels(); c++) {
      for (int t = 0; t < count; t++) {
        int first = STEP * (int) Math.floorMod(start + t, (long) period);
        for (int y = 0; y < latents.rows(); y++) {
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
    for (int x = first; done < WIDTH; x = 0) {
      int run = Math.min(WIDTH - done, columns - x);
      System.arraycopy(latents.values(), from + x, to, at + done, run);
      done += run;
    }
  }
}
