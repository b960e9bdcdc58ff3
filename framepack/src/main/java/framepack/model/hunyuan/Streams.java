package framepack.model.hunyuan;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;

/// The two residual streams between blocks.
///
/// @param video packed video tokens [batch, n, dim]
/// @param text image and text tokens [batch, m, dim]; null in models without text
public record Streams(Tensor video, Tensor text) {
  /// Both along the tokens, video first.
  Tensor joined() {
    return text == null ? video : Tensor.concat(1, video, text);
  }

  /// `joined` [batch, n + m, ...] split again like these streams.
  Streams split(Tensor joined) {
    if (text == null) {
      return new Streams(joined, null);
    }
    long n = video.extent(1);
    return new Streams(joined.slice(1, 0, n), joined.slice(1, n, joined.extent(1)));
  }

  /// The same values in memory of their own.
  Streams copy() {
    Workspace home = Workspace.current();
    return new Streams(video.keepIn(home), text == null ? null : text.keepIn(home));
  }

  /// Overwrites both.
  void copyFromInPlace(Streams other) {
    video.copyFromInPlace(other.video);
    if (text != null) {
      text.copyFromInPlace(other.text);
    }
  }
}
