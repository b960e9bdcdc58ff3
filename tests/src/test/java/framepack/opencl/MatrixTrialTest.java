package framepack.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import framepack.opencl.cl.Binaries;
import framepack.opencl.cl.DeviceCache;
import framepack.opencl.cl.MatrixUnit;
import framepack.opencl.cl.OpenCl;
import framepack.opencl.cl.Precision;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.BackendUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A matrix unit that ended a process is left out by the next.
class MatrixTrialTest {
  @TempDir Path folder;

  @Test
  void a_trial_leaves_its_marker_only_while_it_runs() {
    DeviceCache cache = new DeviceCache(folder);
    assertTrue(cache.trying("this", () -> cache.hasEnded("this")));
    assertFalse(cache.hasEnded("this"));
    assertThrows(
        IllegalStateException.class,
        () ->
            cache.trying(
                "this",
                () -> {
                  throw new IllegalStateException("caught");
                }));
    assertFalse(cache.hasEnded("this"));
  }

  @Test
  void a_unit_whose_trial_did_not_end_is_left_out_with_the_reason() throws IOException {
    OpenCl here = OpenCl.here();
    assumeFalse(here.devices().isEmpty(), here.missing());
    DeviceCache cache = new DeviceCache(folder);
    for (MatrixUnit unit : MatrixUnit.of(here.devices().getFirst(), Precision.BF16)) {
      Files.writeString(cache.marker("bf16-" + unit.name()), "");
    }
    Binaries binaries = new Binaries(cache, false);
    try (Backend backend = MatrixTrial.open(here.devices().getFirst(), Precision.BF16, binaries)) {
      String description = backend.description();
      assertTrue(description.contains("bf16 by " + MatrixUnit.PLAIN), description);
    }
  }

  @Test
  void another_word_behind_the_name_is_refused() {
    BackendUnavailable refusal =
        assertThrows(
            BackendUnavailable.class, () -> new OpenClProvider().open("opencl@f64").close());
    assertEquals("opencl@f64: behind @ there can be f32, bf16 or int8", refusal.getMessage());
  }
}
