package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// `framepack devices` and `framepack doctor`, with and without OpenCL.
class DevicesTest {
  /// The loader is there or not, but it finds no driver.
  private static final List<String> NO_DRIVER = List.of("OCL_ICD_VENDORS=/nonexistent/");

  @Test
  void devices_lists_every_kind_with_its_verdict() {
    Program run = Program.run("devices", "--json");
    assertEquals(0, run.exit(), run.err());
    JsonNode kinds = new ObjectMapper().readTree(run.out());
    assertTrue(kinds.findValuesAsString("kind").containsAll(List.of("cpu", "reference", "opencl")));
    for (JsonNode kind : kinds) {
      assertTrue(kind.get("verdict").stringValue().matches("(works|missing).*"), run.out());
    }
  }

  @Test
  void doctor_lets_every_device_compute() {
    Program run = Program.run("doctor");
    assertEquals(0, run.exit(), run.out() + run.err());
    assertTrue(run.out().contains("ok       cpu"), run.out());
  }

  @Test
  void without_a_driver_everything_else_works_and_opencl_says_what_is_missing() {
    Program devices = Program.runIn(NO_DRIVER, "devices");
    assertEquals(0, devices.exit(), devices.err());
    assertTrue(devices.out().contains("missing: "), devices.out());
    Program asked =
        Program.runIn(NO_DRIVER, "verify", "golden/sampler-rescale-cfg", "--device", "opencl");
    assertEquals(2, asked.exit(), asked.err());
    assertTrue(asked.complaints().getLast().startsWith("framepack verify: opencl: "), asked.err());
    assertTrue(asked.err().contains("--device cpu"), asked.err());
  }
}
