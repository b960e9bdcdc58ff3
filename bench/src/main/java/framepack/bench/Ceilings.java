package framepack.bench;

import framepack.tensor.cpu.Peak;
import framepack.tensor.cpu.Threads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;

/// What the machine had to offer beside every iteration: multiply-adds between registers, and copies of memory, on as many
/// threads as the benchmark had. On a shared machine these move; a share of them moves less.
public final class Ceilings implements InternalProfiler {
  static final String FMA = "ceiling.fma";
  static final String COPY = "ceiling.copy";

  private static final int ROUNDS = 3;
  private static final int WARM_UP = 30_000;
  private static final int STEPS = 2_000;
  private static final int CALLS = 200;

  /// More than any cache holds, each way and for each thread.
  private static final long COPIED = 64L << 20;

  private Arena arena;
  private Threads threads;
  private MemorySegment from;
  private MemorySegment to;

  /// Keeps the compiler from leaving the work out.
  private final AtomicReference<Float> sink = new AtomicReference<>();

  @Override
  public String getDescription() {
    return "peak multiply-adds and copy bandwidth beside every iteration";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    if (threads != null) {
      return;
    }
    threads = new Threads(threads(benchmark.getParam("device")));
    arena = Arena.ofShared();
    from = arena.allocate(COPIED * threads.count(), 64).fill((byte) 1);
    to = arena.allocate(COPIED * threads.count(), 64).fill((byte) 1);
    for (int i = 0; i < WARM_UP; i++) {
      for (Peak peak : Peak.values()) {
        sink.setPlain(peak.run(4, i));
      }
    }
  }

  /// Threads of a device such as `cpu:1`.
  public static int threads(String device) {
    return device != null && device.matches("cpu:\\d+")
        ? Integer.parseInt(device.substring("cpu:".length()))
        : Runtime.getRuntime().availableProcessors();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    if (iteration.getType() == IterationType.WARMUP) {
      return List.of();
    }
    double flops = 0;
    double bytes = 0;
    double calls = threads.count() * (double) CALLS;
    for (int round = 0; round < ROUNDS; round++) {
      for (Peak peak : Peak.values()) {
        long nanos = nanos(thread -> multiply(peak, thread));
        flops = Math.max(flops, calls * peak.flops(STEPS) / nanos);
      }
      bytes = Math.max(bytes, threads.count() * 2.0 * COPIED / nanos(this::copy));
    }
    return List.of(
        new ScalarResult(FMA, flops, "GFLOP/s", AggregationPolicy.MAX),
        new ScalarResult(COPY, bytes, "GB/s", AggregationPolicy.MAX));
  }

  private long nanos(Threads.Unit unit) {
    long began = System.nanoTime();
    threads.parallel(threads.count(), unit);
    return System.nanoTime() - began;
  }

  private void multiply(Peak peak, int thread) {
    float sum = 0;
    for (int i = 0; i < CALLS; i++) {
      sum += peak.run(STEPS, thread + i);
    }
    sink.set(sum);
  }

  private void copy(int thread) {
    MemorySegment.copy(from, thread * COPIED, to, thread * COPIED, COPIED);
  }
}
