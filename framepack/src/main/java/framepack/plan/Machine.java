package framepack.plan;

import framepack.tensor.backend.Processor;

/// What a measurement depends on; another machine, Java, device or build is measured anew.
///
/// @param processor its name and how many the JVM may use
/// @param java version and vendor of the JVM
/// @param device its name, as given
/// @param build version of this program
public record Machine(String processor, String java, String device, String build) {
  /// This machine.
  public static Machine here(String device, String build) {
    String processor =
        Processor.name() + ", " + Runtime.getRuntime().availableProcessors() + " threads";
    String java = Runtime.version() + " " + System.getProperty("java.vendor", "");
    return new Machine(processor, java.strip(), device, build);
  }
}
