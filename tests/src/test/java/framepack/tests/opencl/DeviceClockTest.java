package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.opencl.OpenClBackend;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import org.junit.jupiter.api.Test;

/// What a device says of its own time.
class DeviceClockTest {
  private static final int NUMBERS = 1 << 20;

  @Test
  void a_device_computes_for_less_than_the_caller_waits_and_goes_on_untimed() {
    try (Backend backend = new OpenClBackend(Devices.first());
        Workspace _ = Workspace.open(backend)) {
      Tensor x = Tensor.zeros(NUMBERS);
      x.add(1); // compiled
      backend.finish();
      long began = System.nanoTime();
      long nanos = backend.deviceNanos(() -> x.add(1).mul(2));
      assertTrue(nanos > 0, nanos + " ns");
      assertTrue(nanos < System.nanoTime() - began, nanos + " ns");
      assertEquals(0, backend.deviceNanos(() -> {}));
      assertThrows(
          IllegalStateException.class,
          () ->
              backend.deviceNanos(() -> {
                x.add(1);
                throw new IllegalStateException("of the work");
              }));
      assertArrayEquals(new float[] {3, 3}, x.add(3).slice(0, 5, 7).toFloats());
    }
  }

  @Test
  void the_cpu_has_no_clock_but_the_callers() {
    try (Backend backend = Backends.open("cpu")) {
      assertEquals(0, backend.deviceNanos(() -> {}));
    }
  }
}
