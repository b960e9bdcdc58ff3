package framepack.opencl.cl;

/// A device as the driver describes it. `name` is how the command line names it: `opencl:PLATFORM:DEVICE`.
public record ClDevice(
    ClApi api,
    ClApi.Handle platform,
    ClApi.Handle handle,
    String name,
    String platformName,
    String vendor,
    String deviceName,
    String version,
    String driver,
    boolean isCpu,
    boolean isGpu,
    boolean hasDoubles,
    int computeUnits,
    int floatLanes,
    long globalBytes,
    long maxAllocation,
    long localBytes,
    long largestGroup,
    int alignment) {
  private static final int PLATFORM_NAME = 0x0902;
  private static final int TYPE = 0x1000;
  private static final int MAX_COMPUTE_UNITS = 0x1002;
  private static final int MAX_WORK_GROUP_SIZE = 0x1004;
  private static final int MAX_MEM_ALLOC_SIZE = 0x1010;
  private static final int MEM_BASE_ADDR_ALIGN = 0x1019;
  private static final int GLOBAL_MEM_SIZE = 0x101F;
  private static final int LOCAL_MEM_SIZE = 0x1023;
  private static final int NAME = 0x102B;
  private static final int VENDOR = 0x102C;
  private static final int DRIVER_VERSION = 0x102D;
  private static final int VERSION = 0x102F;
  private static final int EXTENSIONS = 0x1030;
  private static final int NATIVE_VECTOR_WIDTH_FLOAT = 0x103A;
  private static final long LOCAL_OF_DRIVER = 1024;
  private static final long CPU = 2;
  private static final long GPU = 4;

  static ClDevice of(ClApi api, ClApi.Handle platform, ClApi.Handle device, String name) {
    long type = api.deviceNumber(device, TYPE);
    return new ClDevice(
        api,
        platform,
        device,
        name,
        api.platformText(platform, PLATFORM_NAME),
        api.deviceText(device, VENDOR),
        api.deviceText(device, NAME),
        api.deviceText(device, VERSION),
        api.deviceText(device, DRIVER_VERSION),
        (type & CPU) != 0,
        (type & GPU) != 0,
        api.deviceText(device, EXTENSIONS).contains("cl_khr_fp64"),
        (int) api.deviceNumber(device, MAX_COMPUTE_UNITS),
        (int) api.deviceNumber(device, NATIVE_VECTOR_WIDTH_FLOAT),
        api.deviceNumber(device, GLOBAL_MEM_SIZE),
        api.deviceNumber(device, MAX_MEM_ALLOC_SIZE),
        api.deviceNumber(device, LOCAL_MEM_SIZE),
        api.deviceNumber(device, MAX_WORK_GROUP_SIZE),
        (int) api.deviceNumber(device, MEM_BASE_ADDR_ALIGN) / Byte.SIZE);
  }

  /// The same device through another binding.
  public ClDevice through(ClApi binding) {
    return new ClDevice(
        binding,
        platform,
        handle,
        name,
        platformName,
        vendor,
        deviceName,
        version,
        driver,
        isCpu,
        isGpu,
        hasDoubles,
        computeUnits,
        floatLanes,
        globalBytes,
        maxAllocation,
        localBytes,
        largestGroup,
        alignment);
  }

  /// Local memory that a launch may ask for: NVIDIA's driver refuses the last of it (CL_OUT_OF_RESOURCES at 48 of 48 KiB).
  public long freeLocalBytes() {
    return isCpu ? localBytes : localBytes - LOCAL_OF_DRIVER;
  }

  /// Whether PoCL drives it.
  public boolean isPocl() {
    return platformName.contains("Portable Computing Language");
  }

  /// One line for people.
  public String description() {
    return "%s (%s, %s), %d compute units, %.1f GiB, at most %.1f GiB a buffer, %d KiB local"
        .formatted(
            deviceName,
            platformName,
            version.strip(),
            computeUnits,
            globalBytes / (double) (1 << 30),
            maxAllocation / (double) (1 << 30),
            localBytes >> 10);
  }
}
