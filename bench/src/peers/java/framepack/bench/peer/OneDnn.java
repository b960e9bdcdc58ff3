package framepack.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.Loader;

/// oneDNN without its Java classes, which want OpenCL's native library before they load.
@SuppressWarnings("restricted")
final class OneDnn {
  private static final String FOLDER = "/org/bytedeco/dnnl/" + Loader.getPlatform() + "/";

  /// Its threads are OpenMP's.
  private static final MethodHandle SET_THREADS =
      function(
          "libgomp.so.1", "omp_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));

  private static final MethodHandle SGEMM =
      function(
          "libdnnl.so.3",
          "dnnl_sgemm",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_BYTE, // whether a is transposed
              ValueLayout.JAVA_BYTE, // whether b is
              ValueLayout.JAVA_LONG, // m
              ValueLayout.JAVA_LONG, // n
              ValueLayout.JAVA_LONG, // k
              ValueLayout.JAVA_FLOAT, // factor of the product
              ValueLayout.ADDRESS, // a
              ValueLayout.JAVA_LONG, // its row stride
              ValueLayout.ADDRESS, // b
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_FLOAT, // factor of what is there
              ValueLayout.ADDRESS, // c
              ValueLayout.JAVA_LONG));

  private OneDnn() {}

  private static MethodHandle function(String file, String name, FunctionDescriptor type) {
    try {
      String path = Loader.cacheResource(OneDnn.class, FOLDER + file).getPath();
      return Linker.nativeLinker()
          .downcallHandle(
              SymbolLookup.libraryLookup(path, Arena.global()).findOrThrow(name), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Threads of calls from this thread.
  static void threads(int count) {
    try {
      SET_THREADS.invokeExact(count);
    } catch (Throwable e) {
      throw new IllegalStateException("omp_set_num_threads(" + count + ")", e);
    }
  }

  /// `y = x · weightᵀ`: x [m, k], weight [n, k], y [m, n].
  static void multiply(
      long m, long n, long k, MemorySegment x, MemorySegment weight, MemorySegment y) {
    int status;
    try {
      status =
          (int) SGEMM.invokeExact((byte) 'N', (byte) 'T', m, n, k, 1f, x, k, weight, k, 0f, y, n);
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_sgemm", e);
    }
    if (status != 0) {
      throw new IllegalStateException("dnnl_sgemm of %d x %d x %d: status %d".formatted(m, n, k, status));
    }
  }
}
