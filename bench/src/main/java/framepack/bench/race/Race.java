package framepack.bench.race;

import framepack.bench.kernel.Cost;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Times the same work by several contestants in one process: every iteration belongs to the next of them, so what the
/// machine does to one it does to the others a moment later, and a ratio is taken within one round.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(5)
@Warmup(iterations = 12, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public abstract class Race {
  /// Label of the counter that says whose turn it was.
  public static final String TURN = "contestant";

  /// Ours: a device that `framepack devices` knows. The others get as many threads.
  @Param("cpu")
  public String device;

  private List<? extends Contestant> contestants;
  private int turn = -1;

  /// Names of the contestants, ours first.
  public abstract List<String> names();

  /// Whether the others run on [#device], or beside it; a selection leaves out what does not.
  public boolean knowsDevice() {
    return true;
  }

  /// What the work costs on paper; null if nobody has counted it.
  public Cost cost() {
    return null;
  }

  /// The contestants in the order of their names, after their results were found to agree.
  protected abstract List<? extends Contestant> enter();

  @Setup
  public void prepare() {
    contestants = enter();
    if (contestants.size() != names().size()) {
      throw new IllegalStateException(
          "contestants " + names() + ", of whom " + contestants.size() + " entered");
    }
  }

  @Setup(Level.Iteration)
  public void next() {
    turn = (turn + 1) % contestants.size();
  }

  @Benchmark
  public Object run(Turn whose) {
    whose.contestant = turn;
    return contestants.get(turn).run();
  }

  @TearDown
  public void close() {
    contestants.forEach(Contestant::close);
  }
}
