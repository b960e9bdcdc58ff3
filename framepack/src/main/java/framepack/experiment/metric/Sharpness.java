package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.DctCodec;
import framepack.experiment.dataset.Frames;

/// Energy of light's kept frequencies above 0 (channels of plane c0 but the first), generated over
/// true: 1 is as sharp as the truth, below is blurred, above is noisy.
public final class Sharpness {
  private Sharpness() {}

  /// Latents [16, T, h, w] of the `DctCodec`, not z; NaN if both are flat.
  public static double ratio(Frames truth, Frames made) {
    truth.checkSameShape(made, "sharpness");
    return energy(made) / energy(truth);
  }

  /// Sum of squares of the counted channels.
  public static double energy(Frames latents) {
    if (latents.channels() != DctCodec.CHANNELS) {
      throw new DatasetError(
          "sharpness: expected %d channels, got %s".formatted(DctCodec.CHANNELS, latents));
    }
    int size = latents.frames() * latents.rows() * latents.columns();
    double sum = 0;
    for (int c = 1; c < DctCodec.CHANNELS && DctCodec.plane(c) == 0; c++) {
      for (int i = c * size; i < (c + 1) * size; i++) {
        sum += (double) latents.values()[i] * latents.values()[i];
      }
    }
    return sum;
  }
}
