package framepack.experiment.config;

/// A network of the user's that judges how made videos look, or none.
///
/// @param network file, see [framepack.experiment.metric.FrameNetwork]; empty for none
/// @param content address of what is in it; a file that has changed is another one
public record Judge(String network, String content) {
  /// No network.
  public static final Judge NONE = new Judge("", "");
}
