package framepack.bench;

import framepack.tensor.backend.Processor;
import framepack.tensor.cpu.Lanes;

/// What the numbers were taken on.
///
/// @param processor its name, family and model
/// @param cores processors that the JVM sees
/// @param lanes width of the Vector API in bits
/// @param jdk version and vendor
public record Machine(String processor, int cores, int lanes, String jdk) {
  static Machine here() {
    return new Machine(
        Processor.name(),
        Runtime.getRuntime().availableProcessors(),
        Lanes.bits(),
        System.getProperty("java.vm.version") + " " + System.getProperty("java.vendor"));
  }

  /// All but the JDK.
  String hardware() {
    return "%s, %d processors, %d-bit vectors".formatted(processor, cores, lanes);
  }
}
