package framepack.demo;

import framepack.tensor.backend.Backend;
import framepack.tensor.cpu.Threads;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/// Runs independent jobs at once, each on a part of a device. A small model trained on one thread beside another makes 1.3
/// times as many steps as on two threads after it.
final class SideBySide implements AutoCloseable {
  private final List<Backend> parts;
  private final Queue<Backend> idle;
  private final Threads threads;

  /// The parts of `whole`, or itself where it has none.
  SideBySide(Backend whole) {
    parts = whole.divided();
    idle = new ConcurrentLinkedQueue<>(parts.isEmpty() ? List.of(whole) : parts);
    threads = new Threads(idle.size());
  }

  /// Runs all jobs, begun in their order. Results come one at a time, on whichever thread made them; the first failure is
  /// thrown when the jobs beside it have ended.
  <T> void run(List<Function<Backend, T>> jobs, Consumer<T> finished) {
    Queue<Function<Backend, T>> next = new ConcurrentLinkedQueue<>(jobs);
    threads.parallel(
        jobs.size(),
        _ -> {
          Backend backend = idle.remove(); // as many as threads
          try {
            T result = next.remove().apply(backend);
            synchronized (finished) {
              finished.accept(result);
            }
          } finally {
            idle.add(backend);
          }
        });
  }

  @Override
  public void close() {
    threads.close();
    parts.forEach(Backend::close);
  }
}
