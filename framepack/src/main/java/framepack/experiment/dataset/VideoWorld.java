package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// A world of videos of 64 x 64 pixels whose future follows from their past.
public sealed interface VideoWorld permits Sprites, Panorama {
  String title();

  /// The stream of random numbers that sets this world apart from others with the same seed.
  long stream();

  /// Whether a video of this world in another look ([Augmentation]) could be one of this world too.
  boolean hasLooks();

  /// Paints a video of so many frames. All randomness comes from `draws`.
  Sighted paint(int frames, Philox draws);
}
