package framepack.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.op.TimestepEmbedding;
import org.junit.jupiter.api.Test;

class TimestepFrequencyTest {
  @Test
  void frequencies_are_within_an_ulp_of_the_exact_ones() {
    float[] frequencies = new TimestepEmbedding(256, 10000).frequencies();
    assertEquals(128, frequencies.length);
    assertEquals(1f, frequencies[0]);
    for (int i = 0; i < 128; i++) {
      double exact = Math.exp((float) -Math.log(10000) * i / 128f);
      assertEquals(exact, frequencies[i], 1.01 * Math.ulp((float) exact), "frequency " + i);
    }
  }

  @Test
  void frequencies_round_as_pytorch_does_not_correctly() {
    float[] frequencies = new TimestepEmbedding(256, 10000).frequencies();
    int different = 0;
    for (int i = 0; i < 128; i++) {
      float correct = (float) Math.exp((float) -Math.log(10000) * i / 128f);
      different += frequencies[i] == correct ? 0 : 1;
    }
    // torch.exp(-math.log(10000) * torch.arange(128) / 128) on a CPU with fused multiply-add
    assertTrue(different == 15, different + " of 128 frequencies are not correctly rounded");
  }
}
