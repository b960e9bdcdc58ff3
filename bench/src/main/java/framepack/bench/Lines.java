package framepack.bench;

import framepack.bench.kernel.KernelBench;
import framepack.bench.kernel.KernelCase;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/// From what JMH measured to lines: medians, rates, and shares of the ceilings that stood beside each iteration.
final class Lines {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /// Numbers of one iteration.
  private record Iteration(double time, double peak, double copy, double allocated) {
    static Iteration of(IterationResult result) {
      Map<String, Double> beside = new TreeMap<>();
      result.getSecondaryResults().forEach((label, r) -> beside.put(label, r.getScore()));
      return new Iteration(
          result.getPrimaryResult().getScore(),
          beside.getOrDefault(Ceilings.FMA, 0.0),
          beside.getOrDefault(Ceilings.COPY, 0.0),
          beside.getOrDefault(ALLOCATED, 0.0));
    }

    /// Microseconds that the ceilings allow at least.
    double bound(KernelCase work) {
      return Math.max(work.flops() / peak, work.bytes() / copy) / 1e3;
    }
  }

  private Lines() {}

  static Line of(RunResult result, String commit) {
    List<Iteration> all = new ArrayList<>();
    List<Double> perFork = new ArrayList<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      List<Iteration> own = fork.getIterationResults().stream().map(Iteration::of).toList();
      perFork.add(rounded(median(own.stream().mapToDouble(Iteration::time).toArray())));
      all.addAll(own);
    }
    BenchmarkParams params = result.getParams();
    KernelCase work = work(params);
    double[] times = all.stream().mapToDouble(Iteration::time).sorted().toArray();
    double median = median(times);
    double peak = median(all.stream().mapToDouble(Iteration::peak).toArray());
    double copy = median(all.stream().mapToDouble(Iteration::copy).toArray());
    double share =
        work == null
            ? 0
            : median(all.stream().mapToDouble(i -> i.bound(work) / i.time()).toArray());
    String bound =
        work == null ? "" : work.flops() / peak > work.bytes() / copy ? "compute" : "memory";
    return new Line(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        commit,
        Machine.here(),
        rounded(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()),
        name(params.getBenchmark()),
        shape(params),
        params.getParam("device") == null ? "" : params.getParam("device"),
        perFork.size(),
        times.length,
        "us",
        rounded(median),
        rounded(times[0]),
        rounded(times[times.length - 1]),
        perFork,
        work == null ? 0 : rounded(work.flops() / median / 1e3),
        work == null ? 0 : rounded(work.bytes() / median / 1e3),
        rounded(peak),
        rounded(copy),
        rounded(share),
        bound,
        rounded(median(all.stream().mapToDouble(Iteration::allocated).toArray())));
  }

  /// The operation behind a kernel benchmark, asked of the benchmark itself; null for others.
  private static KernelCase work(BenchmarkParams params) {
    String type = className(params.getBenchmark());
    try {
      Object bench = Class.forName(type).getDeclaredConstructor().newInstance();
      if (bench instanceof KernelBench kernel) {
        type = bench.getClass().getName();
        bench.getClass().getField("shape").set(bench, params.getParam("shape"));
        return kernel.work();
      }
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + ": cannot be asked what it does", e);
    }
  }

  private static String className(String benchmark) {
    return benchmark.substring(0, benchmark.lastIndexOf('.'));
  }

  /// `kernel.LinearBench` of `framepack.bench.kernel.LinearBench.run`.
  private static String name(String benchmark) {
    return className(benchmark).substring("framepack.bench.".length());
  }

  /// The values of all parameters but the device.
  private static String shape(BenchmarkParams params) {
    List<String> values = new ArrayList<>();
    for (String key : params.getParamsKeys()) {
      if (!key.equals("device")) {
        values.add(key.equals("shape") ? params.getParam(key) : key + " " + params.getParam(key));
      }
    }
    return String.join(", ", values);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /// Four significant digits.
  private static double rounded(double value) {
    return value == 0 || !Double.isFinite(value)
        ? value
        : new BigDecimal(value).round(new MathContext(4)).doubleValue();
  }
}
