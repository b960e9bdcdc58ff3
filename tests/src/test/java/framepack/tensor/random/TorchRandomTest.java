package framepack.tensor.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Values of draws are compared with PyTorch's by the golden case of kind `randn`.
class TorchRandomTest {
  @Test
  void the_twister_gives_the_published_sequence() {
    MersenneTwister bits = new MersenneTwister(5489);
    assertEquals(3499211612L, bits.next() & 0xFFFFFFFFL);
    for (int i = 2; i < 10_000; i++) {
      bits.next();
    }
    assertEquals(4123659995L, bits.next() & 0xFFFFFFFFL); // the 10000th, as C++ demands of mt19937
  }

  @Test
  void only_the_low_half_of_a_seed_counts() {
    assertArrayEquals(new TorchRandom(3).rand(4), new TorchRandom(3 + (1L << 32)).rand(4));
  }

  @Test
  void a_short_draw_leaves_its_spare_value_for_the_next_short_one() {
    TorchRandom split = new TorchRandom(9);
    float[] first = split.randn(3);
    float[] second = split.randn(1);
    float[] whole = new TorchRandom(9).randn(4);
    assertArrayEquals(whole, new float[] {first[0], first[1], first[2], second[0]});
  }
}
