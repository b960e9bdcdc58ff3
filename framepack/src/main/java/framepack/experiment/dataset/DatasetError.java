package framepack.experiment.dataset;

/// A data set, a clip or an example that cannot be built from what the user gave. The message is
/// one line: what, what was given, what was expected, what to do.
public final class DatasetError extends IllegalArgumentException {
  public DatasetError(String message) {
    super(message);
  }
}
