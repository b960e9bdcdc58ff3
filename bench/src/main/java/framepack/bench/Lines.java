package framepack.bench;

import framepack.bench.kernel.Cost;
import framepack.bench.race.Race;
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
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/// From what JMH measured to lines: medians, rates, and shares of the ceilings that stood beside each iteration.
final class Lines {
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final String DEVICE = "deviceMicros"; // the name of the field in KernelBench

  /// Numbers of one iteration.
  ///
  /// @param turn place of the contestant whose iteration it was; 0 where there is no race
  private record Iteration(
      int turn, double time, double peak, double copy, double allocated, double device) {
    static Iteration of(IterationResult result) {
      Map<String, Double> beside = new TreeMap<>();
      result.getSecondaryResults().forEach((label, r) -> beside.put(label, r.getScore()));
      return new Iteration(
          beside.getOrDefault(Race.TURN, 0.0).intValue(),
          result.getPrimaryResult().getScore(),
          beside.getOrDefault(Ceilings.FMA, 0.0),
          beside.getOrDefault(Ceilings.COPY, 0.0),
          beside.getOrDefault(ALLOCATED, 0.0),
          beside.getOrDefault(DEVICE, 0.0));
    }
  }

  private Lines() {}

  static Line of(Run run, RunResult result, String commit) {
    List<List<Iteration>> forks = new ArrayList<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      forks.add(fork.getIterationResults().stream().map(Iteration::of).toList());
    }
    List<List<Iteration>> own = forks.stream().map(fork -> turns(fork, 0)).toList();
    List<Iteration> all = own.stream().flatMap(List::stream).toList();
    Cost cost = run.cost();
    double median = median(all, Iteration::time);
    double peak = median(all, Iteration::peak);
    double copy = median(all, Iteration::copy);
    return new Line(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        commit,
        Machine.here(),
        rounded(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()),
        run.name(),
        run.shape(),
        run.device(),
        forks.size(),
        all.size(),
        "us",
        rounded(median),
        rounded(all.stream().mapToDouble(Iteration::time).min().orElse(0)),
        rounded(all.stream().mapToDouble(Iteration::time).max().orElse(0)),
        perFork(own),
        cost == null ? 0 : rounded(cost.flops() / median / 1e3),
        cost == null ? 0 : rounded(cost.bytes() / median / 1e3),
        rounded(peak),
        rounded(copy),
        cost == null
            ? 0
            : rounded(median(all, i -> cost.leastMicros(i.peak(), i.copy()) / i.time())),
        cost == null ? "" : cost.bound(peak, copy),
        rounded(median(all, Iteration::allocated)),
        rounded(median(all, Iteration::device)),
        rivals(forks, run.contestants()));
  }

  private static List<Rival> rivals(List<List<Iteration>> forks, List<String> names) {
    List<Rival> rivals = new ArrayList<>();
    for (int turn = 1; turn < names.size(); turn++) {
      int whose = turn;
      List<List<Iteration>> theirs = forks.stream().map(fork -> turns(fork, whose)).toList();
      rivals.add(
          new Rival(
              names.get(turn),
              rounded(median(theirs.stream().flatMap(List::stream).toList(), Iteration::time)),
              perFork(theirs),
              rounded(median(ratios(forks, turn)))));
    }
    return rivals;
  }

  /// A contestant's time over ours in every whole round of every fork.
  private static double[] ratios(List<List<Iteration>> forks, int turn) {
    return forks.stream()
        .flatMapToDouble(fork -> {
          List<Iteration> own = turns(fork, 0);
          List<Iteration> theirs = turns(fork, turn);
          return IntStream.range(0, Math.min(own.size(), theirs.size()))
              .mapToDouble(round -> theirs.get(round).time() / own.get(round).time());
        })
        .toArray();
  }

  private static List<Iteration> turns(List<Iteration> fork, int turn) {
    return fork.stream().filter(i -> i.turn() == turn).toList();
  }

  private static List<Double> perFork(List<List<Iteration>> forks) {
    return forks.stream().map(fork -> rounded(median(fork, Iteration::time))).toList();
  }

  private static double median(List<Iteration> of, ToDoubleFunction<Iteration> what) {
    return median(of.stream().mapToDouble(what).toArray());
  }

  static double median(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a contestant had no turn: give more iterations (-i)");
    }
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
