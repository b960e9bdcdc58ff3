package framepack.bench.pack;

import framepack.pack.PackSpec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// From a packing's name to its tokens, the inner loop of a search over packings.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenCountBench {

  private static final String NAME = "td_f16k4f4k2f1k1_g9";

  /// Latent pixels of 480 x 832 video, and the tokens that the paper's rule gives them.
  private static final int HEIGHT = 60;

  private static final int WIDTH = 104;
  private static final long TOKENS = 16_796;

  @Setup
  public void checkAnswer() {
    if (tokens() != TOKENS) {
      throw new IllegalStateException(
          NAME + " at " + HEIGHT + "x" + WIDTH + ": " + tokens() + " tokens, not " + TOKENS);
    }
  }

  @Benchmark
  public long tokens() {
    return PackSpec.parse(NAME).tokens(HEIGHT, WIDTH).total();
  }
}
