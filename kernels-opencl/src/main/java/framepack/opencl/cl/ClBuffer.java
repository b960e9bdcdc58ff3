package framepack.opencl.cl;

import framepack.tensor.core.DeviceStorage;

/// Memory of one context.
public record ClBuffer(ClApi.Handle handle, long bytes) implements DeviceStorage {
  @Override
  public String toString() {
    return "buffer of " + bytes + " bytes";
  }
}
