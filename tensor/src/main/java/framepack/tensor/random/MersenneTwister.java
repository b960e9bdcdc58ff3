package framepack.tensor.random;

/// mt19937, the 32-bit Mersenne Twister (Matsumoto and Nishimura 1998), seeded by `init_genrand`.
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int UPPER = 0x80000000;
  private static final int MATRIX = 0x9908B0DF;

  private final int[] state = new int[SIZE];
  private int index = SIZE;

  MersenneTwister(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
    }
  }

  /// The next 32 tempered bits.
  int next() {
    if (index == SIZE) {
      twist();
    }
    int y = state[index++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9D2C5680;
    y ^= y << 15 & 0xEFC60000;
    return y ^ y >>> 18;
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int y = state[i] & UPPER | state[(i + 1) % SIZE] & ~UPPER;
      state[i] = state[(i + SHIFT) % SIZE] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : MATRIX);
    }
    index = 0;
  }
}
