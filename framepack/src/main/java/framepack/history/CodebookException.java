package framepack.history;

/// A codebook cannot be fitted, read or used. The message is one line: what was given, what was expected, what to do.
public final class CodebookException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  CodebookException(String message) {
    super(message);
  }
}
