package framepack.tensor.random;

import java.util.random.RandomGenerator;

/// Philox4x32-10, a counter-based generator: block `i` of the numbers of `(seed, stream, step)` is a pure function of
/// these four numbers. Whoever draws noise for step 700 of stream 3 gets the same values in a fresh run, in a resumed
/// one and on any thread; nothing depends on what was drawn elsewhere.
///
/// One instance hands out its numbers in order and belongs to one thread.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; test vectors of Random123.
public final class Philox implements RandomGenerator {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  private final int key0;
  private final int key1;
  private final int[] block = new int[4];
  private final int domain0;
  private final int domain1;
  private long next;
  private int left;
  private double spare = Double.NaN;

  /// The numbers of `step` in `stream` under `seed`. Streams separate purposes (data order, noise, initial weights).
  public Philox(long seed, long stream, long step) {
    // One block under the seed makes the key and half the counter, so all three may use their full
    // 64 bits.
    mix((int) stream, (int) (stream >>> 32), (int) step, (int) (step >>> 32), seed, block);
    key0 = block[0];
    key1 = block[1];
    domain0 = block[2];
    domain1 = block[3];
  }

  /// The numbers of `seed` at the end of a `path` of any length, for example (split, period, index). Paths that differ,
  /// in length too, have numbers that never meet.
  public static Philox of(long seed, long... path) {
    long key = seed;
    for (int depth = 0; depth < path.length; depth++) {
      key = new Philox(key, path[depth], ~depth).nextLong();
    }
    return new Philox(key, path.length, Long.MIN_VALUE);
  }

  /// Ten rounds over the counter `(c0, c1, c2, c3)` under a 64-bit key.
  static void mix(int c0, int c1, int c2, int c3, long key, int[] out) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
      long product1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
      int high0 = (int) (product0 >>> 32);
      int high1 = (int) (product1 >>> 32);
      c0 = high1 ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = high0 ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }

  /// 32 random bits.
  @Override
  public int nextInt() {
    if (left == 0) {
      long key = (key0 & 0xFFFFFFFFL) | (long) key1 << 32;
      mix((int) next, (int) (next >>> 32), domain0, domain1, key, block);
      next++;
      left = 4;
    }
    return block[4 - left--];
  }

  /// 64 random bits.
  @Override
  public long nextLong() {
    return (long) nextInt() << 32 | nextInt() & 0xFFFFFFFFL;
  }

  /// Uniform in `[0, 1)`, a multiple of 2^-24.
  @Override
  public float nextFloat() {
    return (nextInt() >>> 8) * 0x1p-24f;
  }

  /// Uniform in `[0, 1)`, a multiple of 2^-53.
  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /// Uniform in `[low, high)`; exactly `low` if the two are equal.
  @Override
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /// Uniform in `[0, bound)`; every value is exactly equally likely (draws in the last, incomplete round are thrown away).
  @Override
  public long nextLong(long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("random: the bound must be > 0, got " + bound);
    }
    long bits = nextLong() >>> 1;
    long value = bits % bound;
    while (bits - value + (bound - 1) < 0) {
      bits = nextLong() >>> 1;
      value = bits % bound;
    }
    return value;
  }

  /// Uniform in `[0, bound)`, as [#nextLong(long)].
  @Override
  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  /// Standard normal, by Box and Muller in double precision.
  @Override
  public double nextGaussian() {
    if (!Double.isNaN(spare)) {
      double value = spare;
      spare = Double.NaN;
      return value;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    double angle = 2 * StrictMath.PI * nextDouble();
    spare = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /// `count` standard normal values.
  public float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) nextGaussian();
    }
    return values;
  }

  /// `count` uniform values in `[low, high)`.
  public float[] uniform(int count, double low, double high) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) nextDouble(low, high);
    }
    return values;
  }

  /// Shuffles in place (Fisher and Yates).
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int moved = values[i];
      values[i] = values[j];
      values[j] = moved;
    }
  }
}
