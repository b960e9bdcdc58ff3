package framepack.tensor.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What the system says of the processor. Where it says nothing, as outside of Linux, the architecture's name and no flags.
public final class Processor {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /// Its name with family and model, for many generations share the name `AMD EPYC` on virtual machines.
  public static String name() {
    String name = entry("model name");
    if (name.isEmpty()) {
      return System.getProperty("os.arch");
    }
    String family = entry("cpu family");
    return family.isEmpty()
        ? name
        : name + " (family " + family + ", model " + entry("model") + ")";
  }

  /// Its instruction sets, as Linux names them.
  public static Set<String> flags() {
    return Set.copyOf(List.of(entry("flags").split(" +")));
  }

  /// The value of a key for the first processor; empty if there is none.
  private static String entry(String key) {
    if (!Files.isReadable(CPU_INFO)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .map(line -> line.split(":", 2))
          .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
          .map(parts -> parts[1].strip())
          .findFirst()
          .orElse("");
    } catch (IOException _) {
      return "";
    }
  }
}
