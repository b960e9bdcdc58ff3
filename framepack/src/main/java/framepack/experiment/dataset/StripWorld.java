package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// A world seen by a camera that pans over a painted strip: periodic across, 64 px high,
/// 16 · period px wide. Frame t shows the 64 columns from 16t, so that one latent frame moves by
/// exactly one token of the (1, 2, 2) kernel and frame t + period equals frame t.
public sealed interface StripWorld permits RevisitWorld, Carousel, Photograph {
  /// Height and width of a frame in pixels.
  int FRAME = 64;

  /// Pixels the camera moves by in one latent frame.
  int STEP = 16;

  String title();

  /// The stream of random numbers that sets this world apart from others with the same seed.
  long stream();

  /// Paints a strip: pixels [3, 1, 64, 16 · period] in [-1, 1]. All randomness comes from `draws`.
  ///
  /// @throws DatasetError if the world has no strip of that period
  Frames paint(int period, Philox draws);
}
