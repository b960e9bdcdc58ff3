package framepack.opencl.cl;

import framepack.tensor.core.DeviceStorage;
import framepack.tensor.core.Loans;
import java.util.Optional;

/// Memory of one context.
///
/// @param loans of the mapped file in which it lies; such a buffer is read only
public record ClBuffer(ClApi.Handle handle, long bytes, Optional<Loans> loans)
    implements DeviceStorage {
  @Override
  public String toString() {
    return "buffer of " + bytes + " bytes";
  }
}
