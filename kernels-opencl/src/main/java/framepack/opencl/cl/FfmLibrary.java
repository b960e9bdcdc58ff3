package framepack.opencl.cl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The loader library of OpenCL and how its functions are called.
///
/// Pointers, sizes and bit fields are `long` in every signature, other numbers `int`: as 64-bit systems pass them.
final class FfmLibrary {
  /// Bytes that hold the longest argument, a `long8`, and the three sizes of a launch with a place for its event.
  private static final long SCRATCH = 128;

  private final SymbolLookup library;
  private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();
  private final ThreadLocal<MemorySegment> scratch =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(SCRATCH, Long.BYTES));

  /// @param name under which it opens
  @SuppressWarnings("restricted") // calls the driver: what this class is for
  FfmLibrary(String name) {
    library = SymbolLookup.libraryLookup(name, Arena.global());
  }

  /// Memory of this thread for what a driver reads or writes before it returns.
  MemorySegment scratch() {
    return scratch.get();
  }

  /// A function for `invokeExact`.
  ///
  /// @param like arguments of the types that the function takes
  @SuppressWarnings("restricted")
  MethodHandle link(String function, Class<?> result, Object... like) {
    MemoryLayout[] layouts =
        Stream.of(like).map(argument -> layout(argument.getClass())).toArray(MemoryLayout[]::new);
    return Linker.nativeLinker()
        .downcallHandle(
            library.findOrThrow(function), FunctionDescriptor.of(layout(result), layouts));
  }

  private static MemoryLayout layout(Class<?> type) {
    boolean isInt = type == int.class || type == Integer.class;
    return isInt ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
  }

  private Object invoke(String function, Class<?> result, Object... arguments) {
    try {
      return functions
          .computeIfAbsent(function, name -> link(name, result, arguments))
          .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw failed(function, e);
    }
  }

  static IllegalStateException failed(String function, Throwable e) {
    return new IllegalStateException("opencl: " + function + " cannot be called", e);
  }

  /// The status of a call.
  int status(String function, Object... arguments) {
    return (int) invoke(function, int.class, arguments);
  }

  /// Calls, and throws what went wrong, `about` something.
  void call(String about, String function, Object... arguments) {
    check(function, status(function, arguments), about);
  }

  /// What a function gives that takes a place for the status as its last argument.
  long create(String about, String function, Object... arguments) {
    MemorySegment status = scratch();
    long address = (long) invoke(function, long.class, and(arguments, status.address()));
    check(function, status.get(ValueLayout.JAVA_INT, 0), about);
    return address;
  }

  static void check(String function, int status, String about) {
    if (status != 0) {
      throw new ClException(function, ClStatus.name(status), about);
    }
  }

  /// A text of a function that ends with its size, its place and a place for its size.
  String text(String function, Object... first) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
      call("", function, and(first, 0L, 0L, size.address()));
      long bytes = size.get(ValueLayout.JAVA_LONG, 0);
      MemorySegment text =
          arena.allocate(bytes + 1); // with a 0 behind it, whatever the driver writes
      call("", function, and(first, bytes, text.address(), 0L));
      return text.getString(0).strip();
    }
  }

  /// A number of 8 bytes, or of 4, which leave the upper half 0: little-endian systems only.
  long number(String function, Object... first) {
    MemorySegment number = scratch();
    number.set(ValueLayout.JAVA_LONG, 0, 0);
    call("", function, and(first, (long) Long.BYTES, number.address(), 0L));
    return number.get(ValueLayout.JAVA_LONG, 0);
  }

  /// Addresses of a function that ends with their number, their place and a place for their number; none if the status says
  /// so.
  long[] addresses(int none, String function, Object... first) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      int status = status(function, and(first, 0, 0L, count.address()));
      int found = status == none ? 0 : count.get(ValueLayout.JAVA_INT, 0);
      if (found == 0) {
        check(function, status == none ? 0 : status, "");
        return new long[0];
      }
      MemorySegment objects = arena.allocate(ValueLayout.JAVA_LONG, found);
      call("", function, and(first, found, objects.address(), 0L));
      return objects.toArray(ValueLayout.JAVA_LONG);
    }
  }

  private static Object[] and(Object[] first, Object... last) {
    return Stream.concat(Stream.of(first), Stream.of(last)).toArray();
  }
}
