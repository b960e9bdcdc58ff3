package framepack.bench;

import framepack.tensor.cpu.Lanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the numbers were taken on.
///
/// @param processor model name
/// @param cores processors that the JVM sees
/// @param lanes width of the Vector API in bits
/// @param jdk version and vendor
public record Machine(String processor, int cores, int lanes, String jdk) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  static Machine here() {
    return new Machine(
        model(),
        Runtime.getRuntime().availableProcessors(),
        Lanes.bits(),
        System.getProperty("java.vm.version") + " " + System.getProperty("java.vendor"));
  }

  private static String model() {
    if (Files.isReadable(CPU_INFO)) {
      try {
        for (String line : Files.readAllLines(CPU_INFO)) {
          if (line.startsWith("model name")) {
            return line.substring(line.indexOf(':') + 1).strip();
          }
        }
      } catch (IOException e) {
        return System.getProperty("os.arch") + " (" + e.getMessage() + ")";
      }
    }
    return System.getProperty("os.arch");
  }
}
