package framepack.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a measurement depends on; another machine, Java, device or build is measured anew.
///
/// @param processor its name and how many the JVM may use
/// @param java version and vendor of the JVM
/// @param device its name, as given
/// @param build version of this program
public record Machine(String processor, String java, String device, String build) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /// This machine.
  public static Machine here(String device, String build) {
    String processor =
        processorName() + ", " + Runtime.getRuntime().availableProcessors() + " threads";
    String java = Runtime.version() + " " + System.getProperty("java.vendor", "");
    return new Machine(processor, java.strip(), device, build);
  }

  private static String processorName() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException _) {
      return System.getProperty("os.arch"); // not Linux
    }
  }
}
