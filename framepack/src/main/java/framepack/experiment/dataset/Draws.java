package framepack.experiment.dataset;

import java.util.random.RandomGenerator;

/// Random numbers that are a function of (seed, path, count), never of who asked first.
///
/// Algorithm: SplitMix64 (Steele, Lea, Flood 2014) as a counter-based generator: number n of a
/// stream is `mix(key + n * gamma)`, and the key is the seed with every word of the path mixed in.
/// Paths that differ give independent streams. The draws used here are spelt out rather than
/// inherited, so that no update of the JDK changes a data set.
public final class Draws implements RandomGenerator {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private final long key;
  private long count;

  private Draws(long key) {
    this.key = key;
  }

  /// The stream of `seed` named by `path`, for example (split, period, index).
  public static Draws of(long seed, long... path) {
    long key = mix(seed + GAMMA);
    for (long word : path) key = mix(key + GAMMA ^ mix(word + GAMMA));
    return new Draws(key);
  }

  @Override
  public long nextLong() {
    return mix(key + ++count * GAMMA);
  }

  /// Uniform in [0, 1) with 53 bits.
  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /// Uniform in [low, high); exactly `low` if the two are equal.
  @Override
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /// Uniform in 0 … bound - 1.
  @Override
  public int nextInt(int bound) {
    if (bound < 1) throw new DatasetError("draw below %d: expected at least 1".formatted(bound));
    return (int) Math.unsignedMultiplyHigh(nextLong(), bound);
  }

  /// Standard normal (Box-Muller, one of the pair; `StrictMath`, so equal on every machine).
  @Override
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
