package framepack.experiment.config;

/// Something in an experiment file, or in a `--set`, that cannot be meant. The message is one line: where, what was
/// given, what was expected.
public final class ConfigError extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ConfigError(Origin origin, String message) {
    super(origin + ": " + message);
  }
}
