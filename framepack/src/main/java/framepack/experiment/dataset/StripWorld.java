package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// A world seen by a camera that pans over a painted strip: periodic across, `side` px high,
/// `side` / 4 · period px wide. Frame t shows the `side` columns from `side` / 4 · t, so that 64-pixel
/// frames move by exactly one token of the (1, 2, 2) kernel, larger ones by more, and frame t + period equals frame t.
public sealed interface StripWorld permits RevisitWorld, Carousel, Photograph {
  /// Height and width of a frame in pixels, where nothing else is said.
  int USUAL_SIDE = 64;

  /// Width of a frame in steps of the camera.
  int STEPS = 4;

  /// Height and width of a frame in pixels, a multiple of 64. A larger frame holds more of everything, at the same scale.
  int side();

  /// Pixels the camera moves by in one latent frame.
  default int step() {
    return side() / STEPS;
  }

  String title();

  /// The stream of random numbers that sets this world apart from others with the same seed.
  long stream();

  /// Paints a strip: pixels [3, 1, side, side / 4 · period] in [-1, 1]. All randomness comes from `draws`.
  ///
  /// @throws DatasetError if the world has no strip of that period
  Frames paint(int period, Philox draws);

  /// Refuses a side that frames cannot have.
  static void check(int side) {
    if (side < USUAL_SIDE || side % USUAL_SIDE != 0) {
      throw new DatasetError(
          "frames of %d pixels: expected a multiple of %d".formatted(side, USUAL_SIDE));
    }
  }
}
