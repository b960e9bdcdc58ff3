package framepack.opencl.cl;

/// A call of OpenCL failed. The message names the call, the error and what it was about.
public final class ClException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String error;

  public ClException(String call, String error, String about) {
    super("opencl: " + call + ": " + error + (about.isEmpty() ? "" : "; " + about));
    this.error = error;
  }

  /// The name of the error, such as `CL_OUT_OF_RESOURCES`.
  public String error() {
    return error;
  }
}
