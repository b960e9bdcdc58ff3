package framepack.opencl.cl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.function.Supplier;

/// Keeps the JVM's signal handlers while a driver is initialised.
///
/// HotSpot needs SIGSEGV (safepoints, null checks) and SIGFPE (integer division by zero). PoCL takes SIGFPE, LLVM inside
/// PoCL and other drivers takes fifteen signals, over the JVM's head: then `x / 0` gives garbage and the JVM may die. All
/// handlers are read before a driver's code runs and put back after it; LLVM takes them only once. Linux only: other
/// systems do not share handlers between libraries in this way.
final class SignalHandlers {
  private static final int SIGNALS = 31;
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;

  /// glibc's `struct sigaction` has 152 bytes on x86-64 and aarch64, musl's is no larger.
  private static final long STRUCT = 256;

  private static final MethodHandle SIGACTION = sigaction();

  private SignalHandlers() {}

  @SuppressWarnings("restricted") // sigaction is in every libc, its arguments are checked here
  private static MethodHandle sigaction() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    return linker
        .defaultLookup()
        .find("sigaction")
        .map(address -> linker.downcallHandle(address, type))
        .orElse(null);
  }

  /// Runs what enters a driver. One thread at a time; whatever else the JVM does meanwhile runs under foreign handlers, so
  /// the driver's first initialisation belongs to the start of a program.
  static synchronized <T> T keeping(Supplier<T> driver) {
    if (SIGACTION == null) {
      return driver.get();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] before = new MemorySegment[SIGNALS + 1];
      for (int signal = 1; signal <= SIGNALS; signal++) {
        before[signal] = arena.allocate(STRUCT, 16);
        call(signal, MemorySegment.NULL, before[signal]);
      }
      try {
        return driver.get();
      } finally {
        for (int signal = 1; signal <= SIGNALS; signal++) {
          if (signal != SIGKILL && signal != SIGSTOP) {
            call(signal, before[signal], MemorySegment.NULL);
          }
        }
      }
    }
  }

  private static void call(int signal, MemorySegment set, MemorySegment get) {
    try {
      int _ = (int) SIGACTION.invokeExact(signal, set, get);
    } catch (Throwable e) {
      throw new IllegalStateException("opencl: cannot read the signal handlers", e);
    }
  }
}
