package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import framepack.tests.train.SmallTraining;
import framepack.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A long training grows in nothing: threads, open files, device memory, resident memory. For the long form:
/// `-Dframepack.growth.steps=2000`.
class OpenClGrowthTest {
  private static final Path PROCESS = Path.of("/proc/self");

  /// Steps in which compilers, pools and caches settle; before a long training half as many again, as the JVM's heap takes some
  /// hundred to touch what it has.
  private static final int SETTLING = 20;

  /// Threads that the JVM's compilers come and go with.
  private static final int COMPILERS = 2;

  /// Of resident memory, in KiB: the JVM's own heap and code move by as much.
  private static final long SLACK = 64 << 10;

  @Test
  void a_training_does_not_grow() throws IOException {
    assumeTrue(Files.isReadable(PROCESS.resolve("status")), "only Linux tells");
    int steps = Integer.getInteger("framepack.growth.steps", 40);
    int settling = Math.max(SETTLING, steps / 2);
    TrainConfig config =
        new TrainConfig(settling + steps, 5e-3, 3, 0.1, 0.9, 0.99, 1e-8, 0, 1, 1, 0);
    try (SmallTraining training = SmallTraining.start(Devices.first().name(), config, 1)) {
      training.steps(settling);
      Footprint before = Footprint.now(training);
      training.steps(steps);
      Footprint after = Footprint.now(training);
      assertEquals(before.slabs(), after.slabs());
      assertTrue(after.threads() <= before.threads() + COMPILERS, before + " -> " + after);
      assertEquals(before.files(), after.files());
      assertTrue(after.resident() < before.resident() + SLACK, before + " -> " + after);
    }
  }

  /// What a process holds.
  ///
  /// @param resident KiB
  private record Footprint(long slabs, long threads, long files, long resident) {
    static Footprint now(SmallTraining training) throws IOException {
      System.gc();
      try (Stream<Path> files = Files.list(PROCESS.resolve("fd"))) {
        return new Footprint(
            training.backend.slabs().allocations(),
            status("Threads"),
            files.count(),
            status("VmRSS"));
      }
    }

    private static long status(String name) throws IOException {
      return Files.readAllLines(PROCESS.resolve("status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }
}
