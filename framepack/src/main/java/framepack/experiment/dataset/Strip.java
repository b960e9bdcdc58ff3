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
          for (int x = 0; x < WIDTH; x++) {
            float value = latents.at(c, 0, y, (first + x) % latents.columns());
            window.values()[window.index(c, t, y, x)] = value;
          }
        }
      }
    }
    return window;
  }
}
