package framepack.experiment.dataset;

import framepack.tensor.random.Philox;
import java.util.random.RandomGenerator;

/// Random numbers that are a function of (seed, path, count), never of who asked first: the [Philox] stream at the end of
/// a path.
public final class Draws implements RandomGenerator {
  private final Philox numbers;

  private Draws(Philox numbers) {
    this.numbers = numbers;
  }

  /// The stream of `seed` named by `path`, for example (split, period, index).
  public static Draws of(long seed, long... path) {
    return new Draws(Philox.of(seed, path));
  }

  @Override
  public long nextLong() {
    return numbers.nextLong();
  }

  @Override
  public double nextDouble() {
    return numbers.nextDouble();
  }

  @Override
  public double nextDouble(double low, double high) {
    return numbers.nextDouble(low, high);
  }

  @Override
  public int nextInt(int bound) {
    return numbers.nextInt(bound);
  }

  @Override
  public double nextGaussian() {
    return numbers.nextGaussian();
  }
}
