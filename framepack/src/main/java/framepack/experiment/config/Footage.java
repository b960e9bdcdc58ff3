package framepack.experiment.config;

import framepack.experiment.dataset.VideoWorld;

/// Where videos to continue come from.
public sealed interface Footage {
  /// Painted videos.
  ///
  /// @param clips how many to train on
  record Painted(VideoWorld world, int clips) implements Footage {}

  /// A folder of clips and images.
  ///
  /// @param content address of what is in its files; a folder whose files have changed is another one
  /// @param every one frame in so many is kept
  record Folder(String path, String content, int every) implements Footage {}
}
