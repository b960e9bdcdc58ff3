package framepack.tensor.random;

/// The numbers of PyTorch's CPU generator, so that a seed gives the noise of the official programs. Integers and uniform
/// values are the same bits; normal values agree within 2e-6, because PyTorch's vector code has its own logarithm, sine
/// and cosine.
///
/// Draws of 16 values and more consume numbers in another way than shorter ones: `randn(8)` twice is not `randn(16)`.
public final class TorchRandom {
  private static final int BLOCK = 16;
  private static final int HALF = BLOCK / 2;

  private final MersenneTwister bits;
  private double spare = Double.NaN;

  /// As `torch.Generator("cpu").manual_seed(seed)`: the low 32 bits count.
  public TorchRandom(long seed) {
    bits = new MersenneTwister(seed);
  }

  /// `torch.rand(count)`: uniform in `[0, 1)`.
  public float[] rand(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = nextFloat();
    }
    return values;
  }

  /// `torch.randn(shape)` with `count` elements in row-major order.
  public float[] randn(int count) {
    float[] values = new float[count];
    if (count < BLOCK) {
      for (int i = 0; i < count; i++) {
        values[i] = (float) nextGaussian();
      }
      return values;
    }
    for (int i = 0; i < count; i++) {
      values[i] = nextFloat();
    }
    for (int from = 0; from + BLOCK <= count; from += BLOCK) {
      transform(values, from);
    }
    if (count % BLOCK != 0) { // the last 16 are drawn again, over the end of the last full block
      for (int i = count - BLOCK; i < count; i++) {
        values[i] = nextFloat();
      }
      transform(values, count - BLOCK);
    }
    return values;
  }

  private float nextFloat() {
    return (bits.next() & 0xFFFFFF) * 0x1p-24f;
  }

  private double nextDouble() {
    long high = bits.next() & 0xFFFFFFFFL;
    long low = bits.next() & 0xFFFFFFFFL;
    return ((high << 32 | low) & (1L << 53) - 1) * 0x1p-53;
  }

  private double nextGaussian() {
    if (!Double.isNaN(spare)) {
      double value = spare;
      spare = Double.NaN;
      return value;
    }
    double angle = 2 * StrictMath.PI * nextDouble();
    double radius = StrictMath.sqrt(-2 * StrictMath.log1p(-nextDouble()));
    spare = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /// Box and Muller on 16 uniform values: eight radii, eight angles.
  private static void transform(float[] values, int from) {
    for (int j = from; j < from + HALF; j++) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - values[j]));
      double angle = 2 * StrictMath.PI * values[j + HALF];
      values[j] = (float) (radius * StrictMath.cos(angle));
      values[j + HALF] = (float) (radius * StrictMath.sin(angle));
    }
  }
}
