package framepack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptTest {

  /// A run of endless steps that saves when it is asked to stop.
  static final class EndlessRun {

    private EndlessRun() {}

    public static void main(String[] args) throws InterruptedException {
      try (Interrupt interrupt = Interrupt.install()) {
        System.out.println("stepping");
        while (!interrupt.getAsBoolean()) TimeUnit.MILLISECONDS.sleep(10);
        System.out.println("saved");
      }
    }
  }

  @Test
  void a_signal_lets_the_run_save_and_ends_with_the_code_of_the_signal() throws Exception {
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EndlessRun.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = run.inputReader()) {
      assertEquals("stepping", out.readLine());
      // SIGTERM rather than SIGINT, which a build started in the background hands down as ignored.
      run.toHandle().destroy();
      assertEquals("saved", out.readLine());
      assertTrue(run.waitFor(20, TimeUnit.SECONDS), "still running");
      assertEquals(128 + 15, run.exitValue());
    } finally {
      run.destroyForcibly();
    }
  }

  @Test
  void a_run_that_ended_waits_for_nobody() {
    Interrupt interrupt = Interrupt.install();
    interrupt.close();
    assertFalse(interrupt.getAsBoolean());
  }
}
