package framepack.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Ctrl-C as a question that a long run asks between two steps, so that it ends where its work is
/// whole. The process then leaves with 130, which the JVM sees to by itself.
///
/// ```
/// try (Interrupt interrupt = Interrupt.install()) {
///   while (!done && !interrupt.getAsBoolean()) step();
///   save();
/// }
/// ```
final class Interrupt implements BooleanSupplier, AutoCloseable {

  /// How long a step may take to end after Ctrl-C, in seconds.
  private static final long PATIENCE = 30;

  private final CountDownLatch saved = new CountDownLatch(1);
  private final Thread hook = new Thread(this::awaitSaved, "interrupt");
  private volatile boolean asked;

  private Interrupt() {}

  /// From here to [#close], the JVM waits for the run to save before it ends.
  static Interrupt install() {
    Interrupt interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /// Whether the run is asked to stop.
  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  @Override
  public void close() {
    saved.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook runs, or is about to, and finds the work saved.
    }
  }

  private void awaitSaved() {
    asked = true;
    System.err.println("framepack: interrupted, ending at the next step; finished work is kept");
    try {
      if (!saved.await(PATIENCE, TimeUnit.SECONDS)) {
        System.err.println("framepack: the step did not end within " + PATIENCE + " s, leaving");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
