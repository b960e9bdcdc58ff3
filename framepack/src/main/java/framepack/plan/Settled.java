package framepack.plan;

import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;

/// What a call takes in the long run. A young JVM quickens in jumps: a large product runs for a third of a second at half
/// its speed or less though its kernels are compiled. So a call is repeated until it has not quickened for a while. What it
/// takes is the least median of some stretch: others' work on the machine slows a stretch now and then, and nothing
/// quickens one.
///
/// @param nanos the clock
record Settled(LongSupplier nanos) {
  private static final double STRETCH = 0.12; // seconds
  private static final int FEWEST = 3; // calls of a stretch

  /// Seconds; longer than the pauses between two jumps that were seen.
  private static final double PATIENCE = 0.5;

  /// Stretches without a gain: a few training steps, which are compiled kernel by kernel, take longer than those seconds.
  private static final int IDLE = 4;

  private static final double LIMIT = 8; // seconds after the first call
  private static final double GAIN = 0.97;

  /// Seconds of one call. The first is not among those counted: it may take seconds to compile kernels.
  double seconds(Runnable call) {
    call.run();
    long began = nanos.getAsLong();
    long quickened = began;
    double level = Double.MAX_VALUE;
    double least = Double.MAX_VALUE;
    int idle = 0;
    do {
      double median = stretch(call);
      least = Math.min(least, median);
      idle++;
      if (median < GAIN * level) {
        level = median;
        quickened = nanos.getAsLong();
        idle = 0;
      }
    } while ((since(quickened) < PATIENCE || idle < IDLE) && since(began) < LIMIT);
    return least;
  }

  private double stretch(Runnable call) {
    DoubleStream.Builder seconds = DoubleStream.builder();
    double sum = 0;
    for (int calls = 0; sum < STRETCH || calls < FEWEST; calls++) {
      long began = nanos.getAsLong();
      call.run();
      double took = since(began);
      seconds.add(took);
      sum += took;
    }
    double[] sorted = seconds.build().toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private double since(long then) {
    return (nanos.getAsLong() - then) / 1e9;
  }
}
