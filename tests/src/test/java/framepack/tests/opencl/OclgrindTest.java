package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every kernel under Oclgrind, an interpreter that reports accesses outside of buffers, data races and divergent barriers.
/// Its exit code is always 0, so the log decides. `oclgrind java` does not work (two drivers get mixed up): it is chosen as
/// the only driver of the OpenCL loader.
class OclgrindTest {
  private static final Path DRIVER = Path.of("/usr/lib/oclgrind/liboclgrind-rt-icd.so");
  private static final long PATIENCE = 600;

  @TempDir Path folder;

  @BeforeEach
  void need_oclgrind() {
    if (!Files.exists(DRIVER)) {
      Devices.missing("Oclgrind, expected as " + DRIVER);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cpu", "bf16", "int8", "weights"})
  void no_kernel_leaves_its_buffers_or_races(String shape) throws Exception {
    String said = run(shape);
    assertEquals("", log());
    assertTrue(said.matches("\\d{2,} cases"), said);
  }

  @Test
  void a_planted_write_outside_is_found() throws Exception {
    run("outside");
    assertTrue(log().contains("Invalid write"), log());
  }

  @Test
  void a_planted_race_is_found() throws Exception {
    run("race");
    assertTrue(log().contains("data race"), log());
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /// Standard output of `OclgrindCases WHAT`.
  private String run(String what) throws IOException, InterruptedException {
    Path drivers = Files.createDirectories(folder.resolve("drivers"));
    Files.writeString(drivers.resolve("oclgrind.icd"), DRIVER + "\n");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OclgrindCases.class.getName(),
                what));
    builder
        .environment()
        .putAll(
            Map.of(
                "OCL_ICD_VENDORS", drivers.toString(),
                "OCLGRIND_DATA_RACES", "1",
                "OCLGRIND_CHECK_API", "1",
                "OCLGRIND_MAX_ERRORS", "20",
                "OCLGRIND_LOG", folder.resolve("log").toString()));
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), () -> read(err));
    return Files.readString(out);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
