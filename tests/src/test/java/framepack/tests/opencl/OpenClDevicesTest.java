package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.opencl.cl.ClDevice;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.BackendUnavailable;
import framepack.tensor.backend.Backends;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Devices are found by number and by name, and never replaced by another.
class OpenClDevicesTest {
  @ParameterizedTest
  @ValueSource(strings = {"opencl:0", "opencl:0:0"})
  void a_device_is_found_by_number(String name) {
    Devices.first();
    try (Backend backend = Backends.open(name)) {
      assertEquals("opencl:0:0", backend.name());
    }
  }

  @Test
  void a_device_is_found_by_a_part_of_its_name_in_any_case() {
    ClDevice device = Devices.first();
    String part = device.deviceName().substring(1).toUpperCase(Locale.ROOT);
    try (Backend backend = Backends.open("opencl:" + part)) {
      assertTrue(backend.description().contains(device.deviceName()), backend.description());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"opencl:99", "opencl:0:99", "opencl:abacus"})
  void a_device_that_is_not_there_is_refused_with_those_that_are(String name) {
    ClDevice device = Devices.first();
    BackendUnavailable refusal =
        assertThrows(BackendUnavailable.class, () -> Backends.open(name).close());
    assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(device.name()), refusal.getMessage());
  }

  @Test
  void a_buffer_beyond_the_device_is_refused_with_numbers() {
    ClDevice device = Devices.first();
    long bytes = device.maxAllocation() + 1;
    try (Backend backend = Backends.open("opencl:0:0")) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> backend.allocate(bytes));
      assertTrue(refusal.getMessage().contains("" + bytes), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("" + device.maxAllocation()), refusal.getMessage());
    }
  }
}
