package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;

/// Spread of light over a video: standard deviation of channel 0 (the mean of c0 over a patch) over
/// frames and places, generated over true. Above 1 contrast explodes, below it fades.
public final class Contrast {
  private Contrast() {}

  /// Latents [C, T, h, w] of the `DctCodec`, not z; NaN if both are flat.
  public static double ratio(Frames truth, Frames made) {
    truth.checkSameShape(made, "contrast");
    return deviation(made) / deviation(truth);
  }

  /// Population standard deviation of channel 0.
  public static double deviation(Frames latents) {
    int size = latents.frames() * latents.rows() * latents.columns();
    if (latents.channels() == 0 || size == 0) {
      throw new DatasetError("contrast: %s hold nothing".formatted(latents));
    }
    double sum = 0;
    for (int i = 0; i < size; i++) sum += latents.values()[i];
    double mean = sum / size;
    double square = 0;
    for (int i = 0; i < size; i++) {
      double d = latents.values()[i] - mean;
      square += d * d;
    }
    return Math.sqrt(square / size);
  }
}
