package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// Where training examples come from: true consecutive frames, normalised.
public interface FrameSource {
  /// Frames [C, T, h, w] as z, and the class they carry (0 … labels - 1).
  record Take(Frames frames, int label) {}

  /// A random window of `count` consecutive training frames.
  ///
  /// @throws DatasetError if the source is not that long
  Take take(Philox draws, int count);

  /// The longest window there is.
  int longest();

  /// Number of classes; one where videos have none.
  default int labels() {
    return 1;
  }

  /// From latents to z and back.
  ChannelNorm norm();

  /// From pixels to latents and back.
  LinearPatchCodec codec();

  /// Pixels [3, T, H, W] → z [C, T, H/8, W/8].
  default Frames encode(Frames pixels) {
    return norm().apply(codec().encode(pixels));
  }

  /// z [C, T, h, w] → pixels [3, T, 8h, 8w], not clamped to [-1, 1].
  default Frames decode(Frames z) {
    return codec().decode(norm().invert(z));
  }
}
