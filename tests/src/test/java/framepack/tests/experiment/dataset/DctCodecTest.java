package framepack.tests.experiment.dataset;

import static framepack.tests.experiment.dataset.TestFrames.largestDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.DctCodec;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.LinearPatchCodec;
import org.junit.jupiter.api.Test;

class DctCodecTest {
  private final LinearPatchCodec codec = DctCodec.codec();

  @Test
  void rows_are_orthonormal() {
    for (int a = 0; a < DctCodec.CHANNELS; a++) {
      for (int b = 0; b < DctCodec.CHANNELS; b++) {
        double dot = 0;
        for (int i = 0; i < LinearPatchCodec.PATCH_VALUES; i++) {
          dot += (double) codec.direction(a)[i] * codec.direction(b)[i];
        }
        assertEquals(a == b ? 1 : 0, dot, 1e-6, a + " and " + b);
      }
    }
  }

  @Test
  void latents_survive_decoding_and_encoding() {
    Frames latents = TestFrames.random(1, 16, 2, 3, 5);
    assertTrue(largestDifference(latents, codec.encode(codec.decode(latents))) < 2e-6);
  }

  @Test
  void decoding_is_a_projection_that_keeps_energy() {
    Frames pixels = TestFrames.random(2, 3, 1, 16, 24);
    Frames latents = codec.encode(pixels);
    Frames kept = codec.decode(latents);
    assertEquals(energy(latents), energy(kept), 1e-4 * energy(kept));
    assertTrue(largestDifference(kept, codec.decode(codec.encode(kept))) < 2e-6);
    assertTrue(energy(kept) < energy(pixels));
  }

  /// c0 = (R+G+B)/√3 = √3·v for grey; its mean over 64 pixels scales by 8.
  @Test
  void grey_fills_only_the_first_channel() {
    Frames grey = TestFrames.plus(Frames.zeros(3, 1, 8, 8), 0.5);
    Frames latents = codec.encode(grey);
    assertEquals(0.5 * 8 * Math.sqrt(3), latents.at(0, 0, 0, 0), 1e-5);
    for (int c = 1; c < 16; c++) assertEquals(0, latents.at(c, 0, 0, 0), 1e-6, "channel " + c);
  }

  @Test
  void red_shows_in_the_flat_channels_of_all_three_planes() {
    Frames red = Frames.zeros(3, 1, 8, 8);
    for (int i = 0; i < 64; i++) red.values()[i] = 1;
    Frames latents = codec.encode(red);
    assertEquals(8 / Math.sqrt(3), latents.at(0, 0, 0, 0), 1e-5);
    assertEquals(8 / Math.sqrt(2), latents.at(10, 0, 0, 0), 1e-5);
    assertEquals(8 / Math.sqrt(6), latents.at(13, 0, 0, 0), 1e-5);
  }

  /// Each channel is one cosine product; the order is 00 01 10 20 11 02 03 12 21 30 (v, u).
  @Test
  void channels_come_in_the_stated_order() {
    int[][] order = {
      {0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {0, 2, 0}, {0, 1, 1}, {0, 0, 2}, {0, 0, 3}, {0, 1, 2},
      {0, 2, 1}, {0, 3, 0}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}, {2, 0, 0}, {2, 0, 1}, {2, 1, 0}
    };
    double[][] colours = {{1, 1, 1}, {1, 0, -1}, {1, -2, 1}};
    for (int k = 0; k < order.length; k++) {
      Frames wave = wave(colours[order[k][0]], order[k][1], order[k][2]);
      Frames latents = codec.encode(wave);
      double norm = Math.sqrt(energy(wave));
      for (int c = 0; c < 16; c++) {
        assertEquals(c == k ? norm : 0, latents.at(c, 0, 0, 0), 1e-5, "wave " + k + " in " + c);
      }
      assertEquals(order[k][0], DctCodec.plane(k));
      assertEquals(order[k][1], DctCodec.verticalFrequency(k));
      assertEquals(order[k][2], DctCodec.horizontalFrequency(k));
    }
  }

  @Test
  void sides_that_are_no_multiple_of_8_are_refused() {
    var error = assertThrows(DatasetError.class, () -> codec.encode(Frames.zeros(3, 1, 16, 20)));
    assertTrue(error.getMessage().contains("multiples of 8"), error.getMessage());
  }

  private static Frames wave(double[] colour, int v, int u) {
    Frames wave = Frames.zeros(3, 1, 8, 8);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
          double down = Math.cos(Math.PI * v * (2 * y + 1) / 16);
          double across = Math.cos(Math.PI * u * (2 * x + 1) / 16);
          wave.values()[wave.index(c, 0, y, x)] = (float) (0.3 * colour[c] * down * across);
        }
      }
    }
    return wave;
  }

  private static double energy(Frames frames) {
    double sum = 0;
    for (float v : frames.values()) sum += (double) v * v;
    return sum;
  }
}
