package framepack.opencl.cl;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jocl.CL;
import org.jocl.NativePointerObject;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;

/// Buffers, copies and events of [JoclApi].
abstract class JoclMemory implements ClApi {
  record JoclHandle(NativePointerObject object) implements Handle {}

  @Override
  public Handle createBuffer(Handle context, long bytes) {
    return createBuffer(context, CL.CL_MEM_READ_WRITE, bytes, null, bytes + " bytes");
  }

  @Override
  public Handle createBuffer(Handle context, long address, long bytes) {
    long flags = CL.CL_MEM_READ_ONLY | CL.CL_MEM_USE_HOST_PTR;
    return createBuffer(context, flags, bytes, at(address), bytes + " bytes of the host");
  }

  @Override
  public Handle createStaging(Handle context, long bytes) {
    long flags = CL.CL_MEM_ALLOC_HOST_PTR;
    return createBuffer(context, flags, bytes, null, bytes + " bytes of staging");
  }

  private static Handle createBuffer(
      Handle context, long flags, long bytes, Pointer host, String about) {
    int[] status = new int[1];
    cl_mem buffer = CL.clCreateBuffer((cl_context) of(context), flags, bytes, host, status);
    check("clCreateBuffer", status[0], about);
    return new JoclHandle(buffer);
  }

  @Override
  public void write(Handle queue, Handle buffer, long offset, MemorySegment from) {
    int status =
        CL.clEnqueueWriteBuffer(
            (cl_command_queue) of(queue),
            (cl_mem) of(buffer),
            true,
            offset,
            from.byteSize(),
            at(from.address()),
            0,
            null,
            null);
    check("clEnqueueWriteBuffer", status, from.byteSize() + " bytes");
  }

  @Override
  public void read(Handle queue, Handle buffer, long offset, MemorySegment to) {
    int status =
        CL.clEnqueueReadBuffer(
            (cl_command_queue) of(queue),
            (cl_mem) of(buffer),
            true,
            offset,
            to.byteSize(),
            at(to.address()),
            0,
            null,
            null);
    check("clEnqueueReadBuffer", status, to.byteSize() + " bytes");
  }

  /// A raw address: unlike a wrapped buffer it knows no limit of 2 GiB. For calls that block, and for memory that a buffer lies in.
  private static Pointer at(long address) {
    return new Pointer().withByteOffset(address);
  }

  @Override
  public Handle write(Handle queue, Handle buffer, long offset, MemorySegment from, Handle after) {
    cl_event event = new cl_event();
    int status =
        CL.clEnqueueWriteBuffer(
            (cl_command_queue) of(queue),
            (cl_mem) of(buffer),
            false,
            offset,
            from.byteSize(),
            Pointer.to(from.asByteBuffer()),
            1,
            list(after),
            event);
    check("clEnqueueWriteBuffer", status, from.byteSize() + " bytes");
    return new JoclHandle(event);
  }

  private static cl_event[] list(Handle event) {
    return new cl_event[] {(cl_event) of(event)};
  }

  @Override
  public MemorySegment map(Handle queue, Handle buffer, long bytes) {
    int[] status = new int[1];
    ByteBuffer mapped =
        CL.clEnqueueMapBuffer(
            (cl_command_queue) of(queue),
            (cl_mem) of(buffer),
            true,
            CL.CL_MAP_WRITE,
            0,
            bytes,
            0,
            null,
            null,
            status);
    check("clEnqueueMapBuffer", status[0], bytes + " bytes");
    return MemorySegment.ofBuffer(mapped);
  }

  @Override
  public void unmap(Handle queue, Handle buffer, MemorySegment mapped) {
    int status =
        CL.clEnqueueUnmapMemObject(
            (cl_command_queue) of(queue),
            (cl_mem) of(buffer),
            mapped.asByteBuffer(),
            0,
            null,
            null);
    check("clEnqueueUnmapMemObject", status, "");
  }

  @Override
  public void fill(Handle queue, Handle buffer, long offset, long bytes, byte[] pattern) {
    int status =
        CL.clEnqueueFillBuffer(
            (cl_command_queue) of(queue),
            (cl_mem) of(buffer),
            Pointer.to(pattern),
            pattern.length,
            offset,
            bytes,
            0,
            null,
            null);
    check("clEnqueueFillBuffer", status, bytes + " bytes");
  }

  @Override
  public Handle marker(Handle queue) {
    cl_event event = new cl_event();
    int status = CL.clEnqueueMarkerWithWaitList((cl_command_queue) of(queue), 0, null, event);
    check("clEnqueueMarkerWithWaitList", status, "");
    return new JoclHandle(event);
  }

  @Override
  public void barrier(Handle queue, Handle event) {
    int status =
        CL.clEnqueueBarrierWithWaitList((cl_command_queue) of(queue), 1, list(event), null);
    check("clEnqueueBarrierWithWaitList", status, "");
  }

  @Override
  public void await(Handle event) {
    check("clWaitForEvents", CL.clWaitForEvents(1, list(event)), "");
  }

  @Override
  public void flush(Handle queue) {
    check("clFlush", CL.clFlush((cl_command_queue) of(queue)), "");
  }

  @Override
  public void finish(Handle queue) {
    check("clFinish", CL.clFinish((cl_command_queue) of(queue)), "");
  }

  @Override
  public long nanoseconds(Handle event) {
    long[] start = new long[1];
    long[] end = new long[1];
    time((cl_event) of(event), CL.CL_PROFILING_COMMAND_START, start);
    time((cl_event) of(event), CL.CL_PROFILING_COMMAND_END, end);
    return end[0] - start[0];
  }

  private static void time(cl_event event, int what, long[] time) {
    int status = CL.clGetEventProfilingInfo(event, what, Sizeof.cl_ulong, Pointer.to(time), null);
    check("clGetEventProfilingInfo", status, "");
  }

  @Override
  public void release(Handle handle) {
    int status =
        switch (of(handle)) {
          case cl_mem buffer -> CL.clReleaseMemObject(buffer);
          case cl_kernel kernel -> CL.clReleaseKernel(kernel);
          case cl_program program -> CL.clReleaseProgram(program);
          case cl_command_queue queue -> CL.clReleaseCommandQueue(queue);
          case cl_context context -> CL.clReleaseContext(context);
          case cl_event event -> CL.clReleaseEvent(event);
          case NativePointerObject other ->
              throw new IllegalArgumentException("opencl: nothing to release in " + other);
        };
    check("clRelease", status, "");
  }

  static NativePointerObject of(Handle handle) {
    return ((JoclHandle) handle).object();
  }

  static void check(String call, int status, String about) {
    if (status != CL.CL_SUCCESS) {
      throw new ClException(call, name(status), about);
    }
  }

  static String name(int status) {
    return CL.stringFor_errorCode(status);
  }
}
