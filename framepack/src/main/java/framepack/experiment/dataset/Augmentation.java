package framepack.experiment.dataset;

/// One of 16 changes of a world's look, done on latents of the `DctCodec`: negate everything,
/// negate colour plane c1, negate c2, turn upside down (reverse the rows of latents and negate
/// the channels with an odd vertical frequency). Each equals the same change of the pixels.
/// Apply before normalisation: z carries the mean of the data, latents do not.
public record Augmentation(boolean negate, boolean negateC1, boolean negateC2, boolean flip) {
  public static final int COUNT = 16;
  public static final Augmentation NONE = of(0);

  /// Number 0 (nothing) to 15, one bit for each change in the order of the record.
  public static Augmentation of(int number) {
    if (number < 0 || number >= COUNT) {
      throw new DatasetError("augmentation %d: expected 0 to %d".formatted(number, COUNT - 1));
    }
    return new Augmentation(
        (number & 1) != 0, (number & 2) != 0, (number & 4) != 0, (number & 8) != 0);
  }

  /// Latents [16, T, h, w] of the `DctCodec` → the same, changed.
  public Frames apply(Frames latents) {
    if (latents.channels() != DctCodec.CHANNELS) {
      throw new DatasetError(
          "augmentation: expected %d channels, got %s".formatted(DctCodec.CHANNELS, latents));
    }
    Frames out =
        Frames.zeros(latents.channels(), latents.frames(), latents.rows(), latents.columns());
    for (int c = 0; c < latents.channels(); c++) {
      float sign = sign(c);
      for (int t = 0; t < latents.frames(); t++) {
        for (int y = 0; y < latents.rows(); y++) {
          int from = latents.index(c, t, flip ? latents.rows() - 1 - y : y, 0);
          int to = out.index(c, t, y, 0);
          for (int x = 0; x < latents.columns(); x++) {
            out.values()[to + x] = sign * latents.values()[from + x];
          }
        }
      }
    }
    return out;
  }

  private float sign(int channel) {
    boolean negative = negate;
    negative ^= negateC1 && DctCodec.plane(channel) == 1;
    negative ^= negateC2 && DctCodec.plane(channel) == 2;
    negative ^= flip && DctCodec.verticalFrequency(channel) % 2 == 1;
    return negative ? -1 : 1;
  }
}
