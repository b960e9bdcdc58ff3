package framepack.tensor.backend;

/// The device that was asked for is not there. The message says which part is missing and what works instead.
public final class BackendUnavailable extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public BackendUnavailable(String message) {
    super(message);
  }
}
