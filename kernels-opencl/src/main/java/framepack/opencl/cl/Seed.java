package framepack.opencl.cl;

import java.util.Locale;
import java.util.stream.Stream;

/// The shape that the kernels of a device have until `tune` finds a faster one, by the device's class.
///
/// Those of CPUs and of NVIDIA were timed. Those of other GPUs compute the same on PoCL, were written to what vendors tell of
/// their devices, and have never been timed on one.
public enum Seed {
  /// CPUs with 512-bit registers: one work-item a group, no local memory, products in register tiles of 6 x 64.
  CPU_512("", new KernelShape(16, 1, 2048, 16, 2, 12, 6, 4, 16, 1, 4, 2048)),

  /// CPUs with 256-bit registers, or narrower ones, 16 of them: tiles of 6 x 16, attention 4 keys by 24 queries.
  CPU_256("", new KernelShape(8, 1, 2048, 16, 3, 4, 6, 2, 8, 1, 16, 2048)),

  /// 256 work-items share tiles of 64 x 128; 128 queries of attention. Timed on an H100.
  NVIDIA("nvidia", new KernelShape(1, 256, 1, 1, 2, 8, 4, 2, 4, 16, 1, 256)),

  /// 256 work-items share tiles of 128 x 64. Never timed.
  AMD("advanced micro devices|amd", new KernelShape(1, 256, 1, 1, 1, 8, 8, 1, 4, 16, 1, 256)),

  /// 64 work-items share tiles of 64 x 64, 128 a row. Never timed.
  INTEL("intel", new KernelShape(1, 128, 1, 1, 1, 8, 8, 2, 4, 8, 1, 256)),

  /// 64 work-items share tiles of 64 x 64, 64 a row. Never timed.
  APPLE("apple", new KernelShape(1, 64, 1, 1, 1, 8, 8, 2, 4, 8, 1, 256)),

  /// 64 work-items share tiles of 32 x 32 in 4 KiB; no device has less than this needs. Never timed.
  OTHER("", new KernelShape(1, 64, 1, 1, 1, 8, 4, 1, 4, 8, 1, 256));

  private final String vendors;
  private final KernelShape shape;

  /// @param vendors pattern that begins the names, in lower case, of whose GPUs these are
  Seed(String vendors, KernelShape shape) {
    this.vendors = vendors;
    this.shape = shape;
  }

  public KernelShape shape() {
    return shape;
  }

  /// The seed of a device's class, or [#OTHER] where the device's groups or local memory are too small for it.
  public static Seed of(ClDevice device) {
    if (device.isCpu()) {
      return device.floatLanes() >= 16 ? CPU_512 : CPU_256;
    }
    String vendor = device.vendor().toLowerCase(Locale.ROOT);
    return Stream.of(values())
        .filter(seed -> !seed.vendors.isEmpty())
        .filter(seed -> vendor.matches("(%s)\\b.*".formatted(seed.vendors)))
        .filter(seed -> seed.shape.fits(device))
        .findFirst()
        .orElse(OTHER);
  }
}
