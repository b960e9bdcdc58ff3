package framepack.opencl.cl;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;

/// What OpenCL this machine has, looked for once: first the loader library, without running anything of it; then its binding,
/// then platforms and devices, the JVM's signal handlers kept. `missing` says in one line what is not there; empty if there are devices.
public record OpenCl(List<ClDevice> devices, String missing) {
  private static final String INSTEAD = "; --device cpu works without it";

  /// The environment's variable that chooses a binding: [#JOCL], or else Java's own.
  private static final String BINDING = "FRAMEPACK_OPENCL_BINDING";

  private static final String JOCL = "jocl";

  private static final class Found {
    private static final OpenCl HERE = find(libraryNames());
  }

  /// The devices of this machine.
  public static OpenCl here() {
    return Found.HERE;
  }

  /// Looks for a loader library under `libraries`, the first that opens counts. A JVM that failed once to load JOCL cannot
  /// try again, so programs call [#here].
  static OpenCl find(List<String> libraries) {
    Optional<String> library = libraries.stream().filter(OpenCl::opens).findFirst();
    if (library.isEmpty()) {
      return none(
          "no OpenCL loader library (%s): install the driver of your GPU, or ocl-icd-libopencl1"
              .formatted(String.join(", ", libraries)));
    }
    ClApi api;
    try {
      boolean byJocl = JOCL.equals(System.getenv(BINDING));
      api = byJocl ? JoclLoader.load() : new FfmApi(new FfmLibrary(library.get()));
    } catch (ReflectiveOperationException | LinkageError | NoSuchElementException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return none("OpenCL cannot be bound: " + cause);
    }
    try {
      List<ClDevice> devices = SignalHandlers.keeping(() -> devices(api));
      return devices.isEmpty()
          ? none("the OpenCL loader finds no device: install a driver (pocl-opencl-icd on a CPU)")
          : new OpenCl(devices, "");
    } catch (ClException e) {
      return none(e.getMessage());
    }
  }

  private static OpenCl none(String why) {
    return new OpenCl(List.of(), why + INSTEAD);
  }

  @SuppressWarnings("restricted") // opens the library that the binding opens next
  private static boolean opens(String library) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(library, arena);
      return true;
    } catch (IllegalArgumentException notThere) {
      return false;
    }
  }

  /// The names that drivers install.
  private static List<String> libraryNames() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return List.of("OpenCL.dll");
    }
    return system.startsWith("mac")
        ? List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL")
        : List.of("libOpenCL.so.1", "libOpenCL.so");
  }

  private static List<ClDevice> devices(ClApi api) {
    List<ClDevice> found = new ArrayList<>();
    List<ClApi.Handle> platforms = api.platforms();
    for (int p = 0; p < platforms.size(); p++) {
      List<ClApi.Handle> devices = api.devices(platforms.get(p));
      for (int d = 0; d < devices.size(); d++) {
        found.add(ClDevice.of(api, platforms.get(p), devices.get(d), "opencl:" + p + ":" + d));
      }
    }
    return found;
  }
}
