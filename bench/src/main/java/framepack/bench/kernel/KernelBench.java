package framepack.bench.kernel;

import framepack.tensor.core.View;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/// Times one operation on one device, after its result was found right. Operands and results stay where they are, so a
/// call is dispatch and kernel; small ones find their operands in cache, as a model's next operation does.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(5)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class KernelBench {
  /// Any device that `framepack devices` knows.
  @Param("cpu")
  public String device;

  private PreparedKernel kernel;
  private double deviceMicros;

  /// What JMH reports beside the time of an iteration.
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class DeviceClock {
    /// As [PreparedKernel#deviceMicros].
    public double deviceMicros;
  }

  /// What the shape's name stands for.
  public abstract KernelCase work();

  @Setup
  public void prepare() {
    kernel = new PreparedKernel(work(), device);
  }

  @Setup(Level.Iteration)
  public void askDevice() {
    deviceMicros = kernel.deviceMicros();
  }

  @Benchmark
  public List<View> run(DeviceClock clock) {
    clock.deviceMicros = deviceMicros;
    return kernel.run();
  }

  @TearDown
  public void close() {
    kernel.close();
  }
}
