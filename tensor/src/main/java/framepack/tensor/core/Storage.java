package framepack.tensor.core;

/// Who holds the bytes: host memory or a device.
public sealed interface Storage permits HostStorage, DeviceStorage {
  /// Size in bytes.
  long bytes();
}
