package framepack.verify;

/// A golden case cannot be read or does not hold what its kind needs. The message is one line.
public final class CaseException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public CaseException(String message) {
    super(message);
  }
}
