package framepack.opencl.cl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Buffers, copies and events of [FfmApi].
abstract class FfmMemory implements ClApi {
  private static final long READ_WRITE = 1;
  private static final long READ_ONLY = 4;
  private static final long USE_HOST_PTR = 8;
  private static final long ALLOC_HOST_PTR = 16;
  private static final long MAP_WRITE = 2;
  private static final int START = 0x1282;
  private static final int END = 0x1283;

  enum Kind {
    PLATFORM(""),
    DEVICE(""),
    CONTEXT("clReleaseContext"),
    QUEUE("clReleaseCommandQueue"),
    BUFFER("clReleaseMemObject"),
    PROGRAM("clReleaseProgram"),
    KERNEL("clReleaseKernel"),
    EVENT("clReleaseEvent");

    private final String release;

    Kind(String release) {
      this.release = release;
    }
  }

  record FfmHandle(Kind kind, long address) implements Handle {}

  final FfmLibrary library;
  private final MethodHandle flush;

  FfmMemory(FfmLibrary library) {
    this.library = library;
    flush = library.link("clFlush", int.class, 0L);
  }

  Handle create(Kind kind, String about, String function, Object... arguments) {
    return new FfmHandle(kind, library.create(about, function, arguments));
  }

  static long of(Handle handle) {
    return ((FfmHandle) handle).address();
  }

  @Override
  public Handle createBuffer(Handle context, long bytes) {
    return create(
        Kind.BUFFER, bytes + " bytes", "clCreateBuffer", of(context), READ_WRITE, bytes, 0L);
  }

  @Override
  public Handle createBuffer(Handle context, long address, long bytes) {
    return create(
        Kind.BUFFER,
        bytes + " bytes of the host",
        "clCreateBuffer",
        of(context),
        READ_ONLY | USE_HOST_PTR,
        bytes,
        address);
  }

  @Override
  public Handle createStaging(Handle context, long bytes) {
    String about = bytes + " bytes of staging";
    return create(Kind.BUFFER, about, "clCreateBuffer", of(context), ALLOC_HOST_PTR, bytes, 0L);
  }

  @Override
  public void write(Handle queue, Handle buffer, long offset, MemorySegment from) {
    copy("clEnqueueWriteBuffer", queue, buffer, offset, from);
  }

  @Override
  public void read(Handle queue, Handle buffer, long offset, MemorySegment to) {
    copy("clEnqueueReadBuffer", queue, buffer, offset, to);
  }

  /// Returns when it is done, so that the memory need not outlive the call.
  private void copy(
      String function, Handle queue, Handle buffer, long offset, MemorySegment memory) {
    long bytes = memory.byteSize();
    library.call(
        bytes + " bytes",
        function,
        of(queue),
        of(buffer),
        1,
        offset,
        bytes,
        memory.address(),
        0,
        0L,
        0L);
  }

  @Override
  public Handle write(Handle queue, Handle buffer, long offset, MemorySegment from, Handle after) {
    long bytes = from.byteSize();
    MemorySegment events = library.scratch();
    events.setAtIndex(ValueLayout.JAVA_LONG, 1, of(after));
    library.call(
        bytes + " bytes",
        "clEnqueueWriteBuffer",
        of(queue),
        of(buffer),
        0,
        offset,
        bytes,
        from.address(),
        1,
        events.address() + Long.BYTES,
        events.address());
    return new FfmHandle(Kind.EVENT, events.get(ValueLayout.JAVA_LONG, 0));
  }

  @Override
  @SuppressWarnings("restricted") // the driver says where, we said how much
  public MemorySegment map(Handle queue, Handle buffer, long bytes) {
    String about = bytes + " bytes";
    long address =
        library.create(
            about, "clEnqueueMapBuffer", of(queue), of(buffer), 1, MAP_WRITE, 0L, bytes, 0, 0L, 0L);
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  @Override
  public void unmap(Handle queue, Handle buffer, MemorySegment mapped) {
    library.call("", "clEnqueueUnmapMemObject", of(queue), of(buffer), mapped.address(), 0, 0L, 0L);
  }

  @Override
  public void fill(Handle queue, Handle buffer, long offset, long bytes, byte[] pattern) {
    MemorySegment place = library.scratch();
    MemorySegment.copy(pattern, 0, place, ValueLayout.JAVA_BYTE, 0, pattern.length);
    library.call(
        bytes + " bytes",
        "clEnqueueFillBuffer",
        of(queue),
        of(buffer),
        place.address(),
        (long) pattern.length,
        offset,
        bytes,
        0,
        0L,
        0L);
  }

  @Override
  public Handle marker(Handle queue) {
    MemorySegment event = library.scratch();
    library.call("", "clEnqueueMarkerWithWaitList", of(queue), 0, 0L, event.address());
    return new FfmHandle(Kind.EVENT, event.get(ValueLayout.JAVA_LONG, 0));
  }

  @Override
  public void barrier(Handle queue, Handle event) {
    library.call("", "clEnqueueBarrierWithWaitList", of(queue), 1, list(event), 0L);
  }

  @Override
  public void await(Handle event) {
    library.call("", "clWaitForEvents", 1, list(event));
  }

  /// The address of a list of one event.
  private long list(Handle event) {
    MemorySegment list = library.scratch();
    list.set(ValueLayout.JAVA_LONG, 0, of(event));
    return list.address();
  }

  @Override
  public void flush(Handle queue) {
    int status;
    try {
      status = (int) flush.invokeExact(of(queue));
    } catch (Throwable e) {
      throw FfmLibrary.failed("clFlush", e);
    }
    FfmLibrary.check("clFlush", status, "");
  }

  @Override
  public void finish(Handle queue) {
    library.call("", "clFinish", of(queue));
  }

  @Override
  public long nanoseconds(Handle event) {
    long end = library.number("clGetEventProfilingInfo", of(event), END);
    return end - library.number("clGetEventProfilingInfo", of(event), START);
  }

  @Override
  public void release(Handle handle) {
    Kind kind = ((FfmHandle) handle).kind();
    if (kind.release.isEmpty()) {
      throw new IllegalArgumentException("opencl: nothing to release in " + handle);
    }
    library.call("", kind.release, of(handle));
  }
}
