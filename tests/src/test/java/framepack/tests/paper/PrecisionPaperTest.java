package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.guidance.Precision;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import org.junit.jupiter.api.Test;

/// Claim T14: what the official program's bf16 makes of its numbers.
class PrecisionPaperTest {
  @Test
  void guidance_and_timesteps_are_rounded_to_eight_bits() {
    assertEquals(9984, Precision.OFFICIAL_BF16.round(10000));
    assertEquals(6016, Precision.OFFICIAL_BF16.round(6000));
    assertEquals(996, Precision.OFFICIAL_BF16.round(994.083));
    assertEquals(-996, Precision.OFFICIAL_BF16.round(-994.083));
    assertEquals(0, Precision.OFFICIAL_BF16.round(0));
  }

  @Test
  void half_way_goes_to_even() {
    assertEquals(256, Precision.OFFICIAL_BF16.round(257));
    assertEquals(260, Precision.OFFICIAL_BF16.round(259));
  }

  @Test
  void numbers_and_tensors_are_rounded_alike() {
    try (Backend backend = Backends.open("reference");
        Workspace _ = Workspace.open(backend)) {
      float[] values = {10000, 6000, 994.083f, 257, 259, -0.1f, 1e-30f, 3e38f};
      float[] expected = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        expected[i] = (float) Precision.OFFICIAL_BF16.round(values[i]);
      }
      Tensor rounded = Precision.OFFICIAL_BF16.round(Tensor.of(values, values.length));
      assertArrayEquals(expected, rounded.toFloats());
    }
  }

  @Test
  void the_default_rounds_nothing() {
    assertEquals(994.083, Precision.F32.round(994.083));
  }
}
