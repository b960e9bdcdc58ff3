package framepack.bench.e2e;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// One training step of the laboratory's model: 8 examples of 72 tokens drawn, forward, backward, clipped, updated.
public class NanoStepBench extends WorkBench {
  private static final int CHECKED = 60;

  private Backend backend;
  private NanoSetting training;

  @Setup
  public void prepare() {
    backend = Backends.open(device);
    training = NanoSetting.on(backend, NanoSetting.BATCH);
    checkThatItLearns();
  }

  private void checkThatItLearns() {
    double first = training.step();
    double last = first;
    for (int i = 1; i < CHECKED; i++) {
      last = training.step();
    }
    if (!(last < 0.9 * first)) {
      throw new IllegalStateException(
          "training: the loss went from %s to %s in %d steps".formatted(first, last, CHECKED));
    }
  }

  @Benchmark
  public double step() {
    return training.step();
  }

  @TearDown
  public void close() {
    training.close();
    backend.close();
  }
}
