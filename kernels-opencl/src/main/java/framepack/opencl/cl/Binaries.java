package framepack.opencl.cl;

/// Compiled programs in the cache of a device.
///
/// @param adds whether what had to be built from source is added to them, else they are only read
public record Binaries(DeviceCache cache, boolean adds) {
  /// Those of a device, which normal starts add to. Not with PoCL: it has a cache of its own, and compiles every kernel of a
  /// program once more, for groups of any size, when it is asked for a binary.
  public static Binaries of(ClDevice device) {
    return new Binaries(DeviceCache.of(device), !device.isPocl());
  }
}
