package framepack.bench.e2e;

import framepack.pack.PackSpec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What these benchmarks share: the packing of the laboratory, and a warm-up long enough for a whole model to compile.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(5)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 2)
public abstract class WorkBench {
  /// Three frames made from 19 frames of history in 24 tokens: 72 tokens in all.
  static final PackSpec PACKING = PackSpec.parse("td_f16k4f2k2f1k1_g3");

  static final int CHANNELS = 16;

  /// Latent pixels of a frame's side.
  static final int SIDE = 8;

  /// Any device that `framepack devices` knows.
  @Param("cpu")
  public String device;
}
