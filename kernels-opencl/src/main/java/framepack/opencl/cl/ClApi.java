package framepack.opencl.cl;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// The calls of OpenCL 1.2 that we need, each checked: whatever goes wrong is a [ClException] that names the call and the
/// code. [FfmApi] and [JoclApi] bind them.
public interface ClApi {
  /// Something that OpenCL gave us and that only the binding can look into.
  interface Handle {}

  /// All platforms; empty where the loader finds no driver.
  List<Handle> platforms();

  /// All devices of a platform; empty where it has none.
  List<Handle> devices(Handle platform);

  /// A text of `clGetPlatformInfo`.
  String platformText(Handle platform, int name);

  /// A text of `clGetDeviceInfo`.
  String deviceText(Handle device, int name);

  /// A number of `clGetDeviceInfo`, of 4 or 8 bytes.
  long deviceNumber(Handle device, int name);

  Handle createContext(Handle platform, Handle device);

  /// An in-order queue; with `profiling` its launches can be timed.
  Handle createQueue(Handle context, Handle device, boolean profiling);

  Handle createBuffer(Handle context, long bytes);

  /// A buffer that kernels only read, on `bytes` bytes of host memory, which must outlive it.
  Handle createBuffer(Handle context, long address, long bytes);

  /// A buffer in memory of the host that the device copies from fast, as far as the driver has such memory.
  Handle createStaging(Handle context, long bytes);

  Handle createProgram(Handle context, String source);

  /// A program from what [#binary] gave for this device; drivers refuse what another made. To be built all the same.
  Handle createProgram(Handle context, Handle device, byte[] binary);

  /// What the driver made of a built program.
  byte[] binary(Handle program);

  /// Builds for one device; a failure carries the compiler's log.
  void build(Handle program, Handle device, String options);

  Handle createKernel(Handle program, String name);

  void setBuffer(Handle kernel, int index, Handle buffer);

  void setInt(Handle kernel, int index, int value);

  void setFloat(Handle kernel, int index, float value);

  /// One `long`, or with 8 values one `long8`.
  void setLongs(Handle kernel, int index, long... values);

  /// Local memory of this size.
  void setLocal(Handle kernel, int index, long bytes);

  /// Enqueues a launch of `global` work-items, whose ids begin with `first`; returns its event if `timed`, else null.
  Handle launch(
      Handle queue, Handle kernel, long[] first, long[] global, long[] local, boolean timed);

  /// Writes native memory into a buffer; returns when it is there.
  void write(Handle queue, Handle buffer, long offset, MemorySegment from);

  /// Enqueues a write of native memory, behind the event `after` of any queue; returns the write's event.
  Handle write(Handle queue, Handle buffer, long offset, MemorySegment from, Handle after);

  /// A buffer's memory, to be written until [#unmap].
  MemorySegment map(Handle queue, Handle buffer, long bytes);

  void unmap(Handle queue, Handle buffer, MemorySegment mapped);

  /// The event of everything that was enqueued so far.
  Handle marker(Handle queue);

  /// What is enqueued from now on waits for an event of any queue.
  void barrier(Handle queue, Handle event);

  /// Waits for an event.
  void await(Handle event);

  /// Reads a buffer into native memory; returns when it is there.
  void read(Handle queue, Handle buffer, long offset, MemorySegment to);

  /// Repeats a pattern of 1, 2, 4 or 8 bytes.
  void fill(Handle queue, Handle buffer, long offset, long bytes, byte[] pattern);

  void flush(Handle queue);

  void finish(Handle queue);

  /// Nanoseconds between start and end of a finished launch.
  long nanoseconds(Handle event);

  /// Gives a context, queue, buffer, program, kernel or event back.
  void release(Handle handle);
}
