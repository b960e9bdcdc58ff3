package framepack.model;

/// A `config.json` does not describe a model that can be built. The message is one line: the file, the key, what it says,
/// what was expected.
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
