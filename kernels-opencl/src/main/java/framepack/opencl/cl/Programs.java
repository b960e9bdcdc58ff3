package framepack.opencl.cl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The programs of one context and their kernels: each from `common.cl` and one file with what it includes, made when first
/// used and kept.
///
/// They come from binaries where there are some, and what was built from source is added to these when the context is closed:
/// PoCL's then hold what launches compiled. A binary that is broken, that the driver refuses, or whose
/// loading ended a process is dropped, with a line in the log, and the source is built.
final class Programs {
  private static final System.Logger LOG = System.getLogger("framepack.opencl");
  private static final String KERNELS = "/framepack/opencl/kernels/";
  private static final String BINARIES = "programs";

  /// A binary that no process used for so long is of an older version, or of a shape that was tuned away.
  private static final Duration UNUSED = Duration.ofDays(90);

  private static final Pattern INCLUDE = Pattern.compile("#include \"(\\w+)\\.cl\"");

  private final ClApi api;
  private final ClApi.Handle context;
  private final ClApi.Handle device;
  private final String options;
  private final Optional<Binaries> binaries;
  private final Map<String, ClApi.Handle> programs = new HashMap<>();
  private final Map<Key, ClApi.Handle> kernels = new HashMap<>();

  private record Key(String file, String name, List<String> macros) {}

  /// What was built from source, by the name of its binary.
  private final Map<String, ClApi.Handle> built = new LinkedHashMap<>();

  /// @param options of every program
  /// @param binaries where they are kept, if they are
  Programs(
      ClApi api,
      ClApi.Handle context,
      ClApi.Handle device,
      String options,
      Optional<Binaries> binaries) {
    this.api = api;
    this.context = context;
    this.device = device;
    this.options = options;
    this.binaries = binaries;
  }

  /// Kernel `name` of `file` (without `.cl`), compiled with further macros.
  ClApi.Handle kernel(String file, String name, String... macros) {
    return kernels.computeIfAbsent(
        new Key(file, name, List.of(macros)),
        key -> api.createKernel(program(file, key.macros()), name));
  }

  private ClApi.Handle program(String file, List<String> macros) {
    String all = options + macros.stream().map(" -D"::concat).collect(Collectors.joining());
    return programs.computeIfAbsent(
        file + " " + all,
        _ -> {
          String source = numbered("common") + numbered(file);
          String binary = "%s/%s-%s.bin".formatted(BINARIES, file, DeviceCache.hash(source + all));
          return binaries
              .flatMap(kept -> loaded(kept.cache(), binary, all))
              .orElseGet(() -> {
                ClApi.Handle program = build(api.createProgram(context, source), all);
                built.put(binary, program);
                return program;
              });
        });
  }

  /// From a binary; empty if there is none that is any good, or no access to it.
  private Optional<ClApi.Handle> loaded(DeviceCache folder, String binary, String all) {
    try {
      if (folder.hasEnded(binary)) {
        folder.forget(binary);
        return dropped(folder, binary, "a process ended while it was loaded");
      }
      if (!folder.has(binary)) {
        return Optional.empty();
      }
      Optional<byte[]> bytes = folder.readSealed(binary);
      return bytes.isEmpty()
          ? dropped(folder, binary, "it is broken")
          : built(folder, binary, bytes.get(), all);
    } catch (UncheckedIOException noAccess) {
      return Optional.empty();
    }
  }

  private Optional<ClApi.Handle> built(
      DeviceCache folder, String binary, byte[] bytes, String all) {
    try {
      return Optional.of(
          folder.trying(binary, () -> build(api.createProgram(context, device, bytes), all)));
    } catch (ClException refused) {
      return dropped(folder, binary, refused.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static Optional<ClApi.Handle> dropped(DeviceCache folder, String binary, String why) {
    folder.delete(binary);
    LOG.log(System.Logger.Level.WARNING, "{0} is built from source again: {1}", binary, why);
    return Optional.empty();
  }

  private ClApi.Handle build(ClApi.Handle program, String all) {
    return SignalHandlers.keeping(() -> {
      try {
        api.build(program, device, all);
        return program;
      } catch (ClException e) {
        api.release(program);
        throw e;
      }
    });
  }

  /// Keeps binaries of what was built from source in place of those that nobody uses, and gives everything back.
  void close() {
    binaries.filter(Binaries::adds).ifPresent(kept -> add(kept.cache()));
    kernels.values().forEach(api::release);
    programs.values().forEach(api::release);
  }

  private void add(DeviceCache folder) {
    try {
      built.forEach((binary, program) ->
          folder.writeSealed(binary, SignalHandlers.keeping(() -> api.binary(program))));
      if (!built.isEmpty()) {
        folder.deleteUnused(BINARIES, UNUSED);
      }
    } catch (ClException | UncheckedIOException e) {
      LOG.log(System.Logger.Level.WARNING, "binaries are not kept: {0}", e.getMessage());
    }
  }

  /// A file with its lines numbered, and in place of `#include "other.cl"` the other one: drivers have no folders.
  static String numbered(String file) {
    String source = source(file);
    StringBuilder whole = new StringBuilder("#line 1 \"%s.cl\"\n".formatted(file));
    Matcher include = INCLUDE.matcher(source);
    int end = 0;
    while (include.find()) {
      long line = source.substring(0, include.end()).lines().count() + 1;
      whole
          .append(source, end, include.start())
          .append(numbered(include.group(1)))
          .append("#line %d \"%s.cl\"".formatted(line, file));
      end = include.end();
    }
    return whole.append(source, end, source.length()).append('\n').toString();
  }

  private static String source(String file) {
    try (InputStream in = Programs.class.getResourceAsStream(KERNELS + file + ".cl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
