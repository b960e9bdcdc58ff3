package framepack.opencl.cl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;

/// The binding by Java's foreign functions, straight to the loader library. Beside [JoclApi] it needs no native code of
/// anybody's, and an argument of a kernel takes it a tenth of the time.
final class FfmApi extends FfmMemory {
  private static final int NO_DEVICE = -1;
  private static final int NO_PLATFORM = -1001;
  private static final long ALL_DEVICES = 0xFFFFFFFFL;
  private static final long CONTEXT_PLATFORM = 0x1084;
  private static final long PROFILING = 2;
  private static final int BINARY_SIZES = 0x1165;
  private static final int BINARIES = 0x1166;
  private static final int BUILD_LOG = 0x1183;

  /// Bytes of the sizes of a launch.
  private static final long SIZES = 3L * Long.BYTES;

  private final MethodHandle setKernelArg;
  private final MethodHandle enqueueKernel;

  FfmApi(FfmLibrary library) {
    super(library);
    setKernelArg = library.link("clSetKernelArg", int.class, 0L, 0, 0L, 0L);
    enqueueKernel =
        library.link("clEnqueueNDRangeKernel", int.class, 0L, 0L, 0, 0L, 0L, 0L, 0, 0L, 0L);
  }

  @Override
  public List<Handle> platforms() {
    return handles(Kind.PLATFORM, library.addresses(NO_PLATFORM, "clGetPlatformIDs"));
  }

  @Override
  public List<Handle> devices(Handle platform) {
    return handles(
        Kind.DEVICE, library.addresses(NO_DEVICE, "clGetDeviceIDs", of(platform), ALL_DEVICES));
  }

  private static List<Handle> handles(Kind kind, long[] addresses) {
    return LongStream.of(addresses)
        .mapToObj(address -> (Handle) new FfmHandle(kind, address))
        .toList();
  }

  @Override
  public String platformText(Handle platform, int name) {
    return library.text("clGetPlatformInfo", of(platform), name);
  }

  @Override
  public String deviceText(Handle device, int name) {
    return library.text("clGetDeviceInfo", of(device), name);
  }

  @Override
  public long deviceNumber(Handle device, int name) {
    return library.number("clGetDeviceInfo", of(device), name);
  }

  @Override
  public Handle createContext(Handle platform, Handle device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment properties =
          arena.allocateFrom(ValueLayout.JAVA_LONG, CONTEXT_PLATFORM, of(platform), 0);
      long devices = one(arena, of(device));
      return create(Kind.CONTEXT, "", "clCreateContext", properties.address(), 1, devices, 0L, 0L);
    }
  }

  private static long one(Arena arena, long value) {
    return arena.allocateFrom(ValueLayout.JAVA_LONG, value).address();
  }

  @Override
  public Handle createQueue(Handle context, Handle device, boolean profiling) {
    long properties = profiling ? PROFILING : 0;
    return create(Kind.QUEUE, "", "clCreateCommandQueue", of(context), of(device), properties);
  }

  @Override
  public Handle createProgram(Handle context, String source) {
    try (Arena arena = Arena.ofConfined()) {
      long sources = one(arena, arena.allocateFrom(source).address());
      return create(Kind.PROGRAM, "", "clCreateProgramWithSource", of(context), 1, sources, 0L);
    }
  }

  @Override
  public Handle createProgram(Handle context, Handle device, byte[] binary) {
    try (Arena arena = Arena.ofConfined()) {
      long bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, binary).address();
      return create(
          Kind.PROGRAM,
          binary.length + " bytes",
          "clCreateProgramWithBinary",
          of(context),
          1,
          one(arena, of(device)),
          one(arena, binary.length),
          one(arena, bytes),
          0L);
    }
  }

  @Override
  public byte[] binary(Handle program) {
    long size = library.number("clGetProgramInfo", of(program), BINARY_SIZES);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment binary = arena.allocate(size);
      long places = one(arena, binary.address());
      library.call("", "clGetProgramInfo", of(program), BINARIES, (long) Long.BYTES, places, 0L);
      return binary.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public void build(Handle program, Handle device, String options) {
    try (Arena arena = Arena.ofConfined()) {
      long devices = one(arena, of(device));
      long text = arena.allocateFrom(options, StandardCharsets.UTF_8).address();
      int status = library.status("clBuildProgram", of(program), 1, devices, text, 0L, 0L);
      if (status != 0) {
        String log = library.text("clGetProgramBuildInfo", of(program), of(device), BUILD_LOG);
        FfmLibrary.check("clBuildProgram", status, "options " + options + "; the log:\n" + log);
      }
    }
  }

  @Override
  public Handle createKernel(Handle program, String name) {
    try (Arena arena = Arena.ofConfined()) {
      long text = arena.allocateFrom(name).address();
      return create(Kind.KERNEL, name, "clCreateKernel", of(program), text);
    }
  }

  @Override
  public void setBuffer(Handle kernel, int index, Handle buffer) {
    setLongs(kernel, index, of(buffer));
  }

  @Override
  public void setInt(Handle kernel, int index, int value) {
    MemorySegment place = library.scratch();
    place.set(ValueLayout.JAVA_INT, 0, value);
    set(kernel, index, Integer.BYTES, place.address());
  }

  @Override
  public void setFloat(Handle kernel, int index, float value) {
    setInt(kernel, index, Float.floatToRawIntBits(value));
  }

  @Override
  public void setLongs(Handle kernel, int index, long... values) {
    MemorySegment place = library.scratch();
    for (int i = 0; i < values.length; i++) {
      place.setAtIndex(ValueLayout.JAVA_LONG, i, values[i]);
    }
    set(kernel, index, (long) Long.BYTES * values.length, place.address());
  }

  @Override
  public void setLocal(Handle kernel, int index, long bytes) {
    set(kernel, index, bytes, 0);
  }

  private void set(Handle kernel, int index, long bytes, long value) {
    int status;
    try {
      status = (int) setKernelArg.invokeExact(of(kernel), index, bytes, value);
    } catch (Throwable e) {
      throw FfmLibrary.failed("clSetKernelArg", e);
    }
    if (status != 0) {
      FfmLibrary.check("clSetKernelArg", status, "argument " + index);
    }
  }

  @Override
  public Handle launch(
      Handle queue, Handle kernel, long[] first, long[] global, long[] local, boolean timed) {
    MemorySegment place = library.scratch();
    for (int axis = 0; axis < global.length; axis++) {
      place.setAtIndex(ValueLayout.JAVA_LONG, axis, first[axis]);
      place.setAtIndex(ValueLayout.JAVA_LONG, 3L + axis, global[axis]);
      place.setAtIndex(ValueLayout.JAVA_LONG, 6L + axis, local[axis]);
    }
    long at = place.address();
    long event = timed ? at + 3 * SIZES : 0;
    int status;
    try {
      status =
          (int)
              enqueueKernel.invokeExact(
                  of(queue),
                  of(kernel),
                  global.length,
                  at,
                  at + SIZES,
                  at + 2 * SIZES,
                  0,
                  0L,
                  event);
    } catch (Throwable e) {
      throw FfmLibrary.failed("clEnqueueNDRangeKernel", e);
    }
    FfmLibrary.check("clEnqueueNDRangeKernel", status, "");
    return timed ? new FfmHandle(Kind.EVENT, place.get(ValueLayout.JAVA_LONG, 3 * SIZES)) : null;
  }
}
