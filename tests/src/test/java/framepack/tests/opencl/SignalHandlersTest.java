package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.opencl.OpenClBackend;
import framepack.opencl.cl.ClDevice;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The JVM's signal handlers survive a driver: PoCL takes SIGFPE, LLVM inside it takes SIGSEGV and a dozen others.
class SignalHandlersTest {
  private static volatile int zero;
  private static volatile Object nothing;

  @Test
  void divisions_by_zero_and_null_dereferences_still_throw_while_a_driver_builds()
      throws InterruptedException {
    ClDevice device = Devices.first();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger wrong = new AtomicInteger();
    Thread prober =
        new Thread(() -> {
          while (!done.get()) {
            probe(wrong);
          }
        });
    prober.setDaemon(true); // a failing build must not leave it behind
    prober.start();
    for (int i = 0; i < 3; i++) {
      try (Backend backend = new OpenClBackend(device);
          Workspace _ = Workspace.open(backend)) {
        assertEquals(6, Tensor.full(2, 3).mul(3).toFloats()[0]);
        System.gc();
      }
    }
    done.set(true);
    prober.join();
    assertEquals(0, wrong.get());
    assertThrows(ArithmeticException.class, () -> consume(1 / zero));
    assertThrows(NullPointerException.class, () -> consume(nothing.hashCode()));
  }

  private static void probe(AtomicInteger wrong) {
    try {
      consume(7 / zero);
      wrong.incrementAndGet();
    } catch (ArithmeticException expected) {
      // as it should be
    }
    try {
      consume(nothing.hashCode());
      wrong.incrementAndGet();
    } catch (NullPointerException expected) {
      // as it should be
    }
  }

  private static void consume(int value) {
    if (value == Integer.MIN_VALUE + 1) {
      throw new IllegalStateException("never");
    }
  }
}
