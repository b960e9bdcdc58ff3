package framepack.tensor.nn;

/// A checkpoint does not fit the model; the message names the weight and the nearest known name.
public final class WeightMismatch extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public WeightMismatch(String message) {
    super(message);
  }
}
