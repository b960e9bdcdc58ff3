package framepack.io;

/// A result could not be written. The message is one line that names the target, the reason and a
/// way out; nothing half-written is left behind.
public final class OutputException extends IllegalArgumentException {
  public OutputException(String message, Throwable cause) {
    super(message, cause);
  }
}
