package framepack.opencl.cl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.NativePointerObject;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;

/// The binding by JOCL 2.0.6, which only this class and [JoclMemory] see. Loaded by a [JoclLoader], which is why it is public.
public final class JoclApi extends JoclMemory {
  private static final String NO_DRIVER = "CL_PLATFORM_NOT_FOUND_KHR";

  /// Loads JOCL's native code; throws what the JVM throws if it cannot.
  public JoclApi() {
    CL.setExceptionsEnabled(false);
  }

  @Override
  public List<Handle> platforms() {
    int[] count = new int[1];
    int status = CL.clGetPlatformIDs(0, null, count);
    if (name(status).equals(NO_DRIVER) || status == CL.CL_SUCCESS && count[0] == 0) {
      return List.of();
    }
    check("clGetPlatformIDs", status, "");
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    check("clGetPlatformIDs", CL.clGetPlatformIDs(count[0], platforms, null), "");
    return handles(platforms);
  }

  @Override
  public List<Handle> devices(Handle platform) {
    cl_platform_id id = (cl_platform_id) of(platform);
    int[] count = new int[1];
    int status = CL.clGetDeviceIDs(id, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
    if (status == CL.CL_DEVICE_NOT_FOUND) {
      return List.of();
    }
    check("clGetDeviceIDs", status, "");
    cl_device_id[] devices = new cl_device_id[count[0]];
    check(
        "clGetDeviceIDs",
        CL.clGetDeviceIDs(id, CL.CL_DEVICE_TYPE_ALL, count[0], devices, null),
        "");
    return handles(devices);
  }

  @Override
  public String platformText(Handle platform, int name) {
    cl_platform_id id = (cl_platform_id) of(platform);
    long[] size = new long[1];
    check("clGetPlatformInfo", CL.clGetPlatformInfo(id, name, 0, null, size), "");
    byte[] text = new byte[(int) size[0]];
    check(
        "clGetPlatformInfo",
        CL.clGetPlatformInfo(id, name, text.length, Pointer.to(text), null),
        "");
    return text(text);
  }

  @Override
  public String deviceText(Handle device, int name) {
    cl_device_id id = (cl_device_id) of(device);
    long[] size = new long[1];
    check("clGetDeviceInfo", CL.clGetDeviceInfo(id, name, 0, null, size), "");
    byte[] text = new byte[(int) size[0]];
    check("clGetDeviceInfo", CL.clGetDeviceInfo(id, name, text.length, Pointer.to(text), null), "");
    return text(text);
  }

  @Override
  public long deviceNumber(Handle device, int name) {
    long[] number =
        new long[1]; // a 4-byte number leaves the upper half 0: little-endian hosts only
    int status =
        CL.clGetDeviceInfo(
            (cl_device_id) of(device), name, Sizeof.cl_long, Pointer.to(number), null);
    check("clGetDeviceInfo", status, "");
    return number[0];
  }

  @Override
  public Handle createContext(Handle platform, Handle device) {
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, (cl_platform_id) of(platform));
    cl_device_id[] devices = {(cl_device_id) of(device)};
    int[] status = new int[1];
    cl_context context = CL.clCreateContext(properties, 1, devices, null, null, status);
    check("clCreateContext", status[0], "");
    return new JoclHandle(context);
  }

  @Override
  @SuppressWarnings("deprecation") // the replacement is OpenCL 2.0, our baseline is 1.2
  public Handle createQueue(Handle context, Handle device, boolean profiling) {
    int[] status = new int[1];
    cl_command_queue queue =
        CL.clCreateCommandQueue(
            (cl_context) of(context),
            (cl_device_id) of(device),
            profiling ? CL.CL_QUEUE_PROFILING_ENABLE : 0,
            status);
    check("clCreateCommandQueue", status[0], "");
    return new JoclHandle(queue);
  }

  @Override
  public Handle createProgram(Handle context, String source) {
    int[] status = new int[1];
    cl_program program =
        CL.clCreateProgramWithSource(
            (cl_context) of(context), 1, new String[] {source}, null, status);
    check("clCreateProgramWithSource", status[0], "");
    return new JoclHandle(program);
  }

  @Override
  public Handle createProgram(Handle context, Handle device, byte[] binary) {
    int[] status = new int[1];
    cl_program program =
        CL.clCreateProgramWithBinary(
            (cl_context) of(context),
            1,
            new cl_device_id[] {(cl_device_id) of(device)},
            new long[] {binary.length},
            new byte[][] {binary},
            null,
            status);
    check("clCreateProgramWithBinary", status[0], binary.length + " bytes");
    return new JoclHandle(program);
  }

  @Override
  public byte[] binary(Handle program) {
    cl_program id = (cl_program) of(program);
    long[] size = new long[1];
    programInfo(id, CL.CL_PROGRAM_BINARY_SIZES, Sizeof.size_t, Pointer.to(size));
    byte[] binary = new byte[Math.toIntExact(size[0])];
    programInfo(id, CL.CL_PROGRAM_BINARIES, Sizeof.POINTER, Pointer.to(Pointer.to(binary)));
    return binary;
  }

  private static void programInfo(cl_program program, int what, long bytes, Pointer to) {
    check("clGetProgramInfo", CL.clGetProgramInfo(program, what, bytes, to, null), "");
  }

  @Override
  public void build(Handle program, Handle device, String options) {
    cl_program id = (cl_program) of(program);
    cl_device_id[] devices = {(cl_device_id) of(device)};
    int status = CL.clBuildProgram(id, 1, devices, options, null, null);
    if (status != CL.CL_SUCCESS) {
      throw new ClException(
          "clBuildProgram", name(status), "options " + options + "; the log:\n" + log(id, devices));
    }
  }

  private static String log(cl_program program, cl_device_id[] devices) {
    long[] size = new long[1];
    int name = CL.CL_PROGRAM_BUILD_LOG;
    CL.clGetProgramBuildInfo(program, devices[0], name, 0, null, size);
    byte[] text = new byte[(int) size[0]];
    CL.clGetProgramBuildInfo(program, devices[0], name, text.length, Pointer.to(text), null);
    return text(text);
  }

  @Override
  public Handle createKernel(Handle program, String name) {
    int[] status = new int[1];
    cl_kernel kernel = CL.clCreateKernel((cl_program) of(program), name, status);
    check("clCreateKernel", status[0], name);
    return new JoclHandle(kernel);
  }

  @Override
  public void setBuffer(Handle kernel, int index, Handle buffer) {
    set(kernel, index, Sizeof.cl_mem, Pointer.to(of(buffer)));
  }

  @Override
  public void setInt(Handle kernel, int index, int value) {
    set(kernel, index, Sizeof.cl_int, Pointer.to(new int[] {value}));
  }

  @Override
  public void setFloat(Handle kernel, int index, float value) {
    set(kernel, index, Sizeof.cl_float, Pointer.to(new float[] {value}));
  }

  @Override
  public void setLongs(Handle kernel, int index, long... values) {
    set(kernel, index, (long) Sizeof.cl_long * values.length, Pointer.to(values));
  }

  @Override
  public void setLocal(Handle kernel, int index, long bytes) {
    set(kernel, index, bytes, null);
  }

  private static void set(Handle kernel, int index, long bytes, Pointer value) {
    int status = CL.clSetKernelArg((cl_kernel) of(kernel), index, bytes, value);
    if (status != CL.CL_SUCCESS) {
      throw new ClException("clSetKernelArg", name(status), "argument " + index);
    }
  }

  @Override
  public Handle launch(
      Handle queue, Handle kernel, long[] first, long[] global, long[] local, boolean timed) {
    cl_event event = timed ? new cl_event() : null;
    int status =
        CL.clEnqueueNDRangeKernel(
            (cl_command_queue) of(queue),
            (cl_kernel) of(kernel),
            global.length,
            first,
            global,
            local,
            0,
            null,
            event);
    check("clEnqueueNDRangeKernel", status, "");
    return timed ? new JoclHandle(event) : null;
  }

  private static List<Handle> handles(NativePointerObject[] objects) {
    List<Handle> handles = new ArrayList<>();
    for (NativePointerObject object : objects) {
      handles.add(new JoclHandle(object));
    }
    return handles;
  }

  private static String text(byte[] withNul) {
    int length = 0;
    while (length < withNul.length && withNul[length] != 0) {
      length++;
    }
    return new String(withNul, 0, length, StandardCharsets.UTF_8).strip();
  }
}
