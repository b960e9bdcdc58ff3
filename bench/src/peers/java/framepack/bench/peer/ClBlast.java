package framepack.bench.peer;

import framepack.opencl.cl.OpenCl;
import framepack.tensor.Tensor;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// `x · weightᵀ` by CLBlast with the parameters that it comes with, on a device of OpenCL and copies of our operands: x [m, k],
/// weight [n, k] -> y [m, n].
@SuppressWarnings("restricted")
final class ClBlast implements Peer {
  private static final String LIBRARY = "libclblast.so.1";
  private static final String LOADER = "libOpenCL.so.1";
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final long ALL_DEVICES = 0xFFFFFFFFL;
  private static final long READ_WRITE = 1;
  private static final int ROW_MAJOR = 101;
  private static final int AS_IT_IS = 111;
  private static final int TRANSPOSED = 112;

  private final Arena memory = Arena.ofShared();
  private final MemorySegment context;
  private final MemorySegment queue;
  private final MemorySegment x;
  private final MemorySegment weight;
  private final MemorySegment y;
  private final long m;
  private final long n;
  private final long k;

  /// A list of one queue.
  private final MemorySegment queues;

  private final MethodHandle multiply;
  private final MethodHandle finish;

  /// @param device such as `opencl:0:1`, by the numbers of platform and device
  ClBlast(String device, Tensor x, Tensor weight) {
    OpenCl.here(); // keeps the JVM's signal handlers from the driver
    m = x.shape().elements() / x.extent(-1);
    k = x.extent(-1);
    n = weight.extent(0);
    String[] numbers = device.replaceAll("@.*", "").split(":");
    MemorySegment platform =
        entry("clGetPlatformIDs", Integer.parseInt(numbers[1]), MemorySegment.NULL);
    MemorySegment id = entry("clGetDeviceIDs", Integer.parseInt(numbers[2]), platform);
    context =
        created(
            function(LOADER, "clCreateContext", POINTER, POINTER, INT, POINTER, POINTER, POINTER, POINTER),
            MemorySegment.NULL,
            1,
            holding(id),
            MemorySegment.NULL,
            MemorySegment.NULL);
    queue =
        created(
            function(LOADER, "clCreateCommandQueue", POINTER, POINTER, POINTER, SIZE, POINTER),
            context,
            id,
            0L);
    queues = holding(queue);
    this.x = buffer(x.toFloats());
    this.weight = buffer(weight.toFloats());
    y = buffer(new float[Math.toIntExact(m * n)]);
    multiply =
        function(
            LIBRARY,
            "CLBlastSgemm",
            INT,
            INT,
            INT,
            INT,
            SIZE,
            SIZE,
            SIZE,
            FLOAT,
            POINTER,
            SIZE,
            SIZE,
            POINTER,
            SIZE,
            SIZE,
            FLOAT,
            POINTER,
            SIZE,
            SIZE,
            POINTER,
            POINTER);
    finish = function(LOADER, "clFinish", INT, POINTER);
  }

  /// Why it cannot run here; empty if it can.
  static String missing() {
    for (String library : new String[] {LOADER, LIBRARY}) {
      try {
        SymbolLookup.libraryLookup(library, Arena.global());
      } catch (IllegalArgumentException e) {
        return "no " + library + " (Debian: ocl-icd-libopencl1, libclblast1)";
      }
    }
    return OpenCl.here().missing();
  }

  private static MethodHandle function(
      String library, String name, MemoryLayout result, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow(name),
            FunctionDescriptor.of(result, parameters));
  }

  /// Entry `index` of a list of platforms, or of a platform's devices.
  private MemorySegment entry(String name, int index, MemorySegment platform) {
    MemorySegment list = memory.allocate(POINTER, index + 1L);
    int status =
        platform.equals(MemorySegment.NULL)
            ? call(function(LOADER, name, INT, INT, POINTER, POINTER), index + 1, list, MemorySegment.NULL)
            : call(
                function(LOADER, name, INT, POINTER, SIZE, INT, POINTER, POINTER),
                platform,
                ALL_DEVICES,
                index + 1,
                list,
                MemorySegment.NULL);
    check(name, status);
    return list.getAtIndex(POINTER, index);
  }

  private MemorySegment holding(MemorySegment pointer) {
    MemorySegment cell = memory.allocate(POINTER);
    cell.set(POINTER, 0, pointer);
    return cell;
  }

  private MemorySegment created(MethodHandle function, Object... arguments) {
    MemorySegment status = memory.allocate(INT);
    Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = status;
    try {
      MemorySegment made = (MemorySegment) function.invokeWithArguments(all);
      check("creating", status.get(INT, 0));
      return made;
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("OpenCL", e);
    }
  }

  private MemorySegment buffer(float[] numbers) {
    long bytes = 4L * numbers.length;
    MemorySegment made =
        created(
            function(LOADER, "clCreateBuffer", POINTER, POINTER, SIZE, SIZE, POINTER, POINTER),
            context,
            READ_WRITE,
            bytes,
            MemorySegment.NULL);
    try (Arena arena = Arena.ofConfined()) {
      move("clEnqueueWriteBuffer", made, arena.allocateFrom(FLOAT, numbers));
    }
    return made;
  }

  private void move(String name, MemorySegment buffer, MemorySegment host) {
    MethodHandle function =
        function(
            LOADER, name, INT, POINTER, POINTER, INT, SIZE, SIZE, POINTER, INT, POINTER, POINTER);
    MemorySegment none = MemorySegment.NULL;
    check(name, call(function, queue, buffer, 1, 0L, host.byteSize(), host, 0, none, none));
  }

  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("OpenCL", e);
    }
  }

  private static void check(String what, int status) {
    if (status != 0) {
      throw new IllegalStateException(what + ": status " + status);
    }
  }

  @Override
  public Object run() {
    MemorySegment none = MemorySegment.NULL;
    check(
        "CLBlastSgemm",
        call(
            multiply, ROW_MAJOR, AS_IT_IS, TRANSPOSED, m, n, k, 1f, x, 0L, k, weight, 0L, k, 0f, y,
            0L, n, queues, none));
    check("clFinish", call(finish, queue));
    return y;
  }

  @Override
  public float[] result() {
    run();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(4 * m * n);
      move("clEnqueueReadBuffer", y, host);
      return host.toArray(FLOAT);
    }
  }

  @Override
  public void close() {
    for (MemorySegment buffer : new MemorySegment[] {x, weight, y}) {
      release("clReleaseMemObject", buffer);
    }
    release("clReleaseCommandQueue", queue);
    release("clReleaseContext", context);
    memory.close();
  }

  private static void release(String name, MemorySegment what) {
    check(name, call(function(LOADER, name, INT, POINTER), what));
  }
}
