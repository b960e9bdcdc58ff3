package framepack.tests.experiment.dataset;

import static framepack.tests.experiment.dataset.TestFrames.largestDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.Augmentation;
import framepack.experiment.dataset.DctCodec;
import framepack.experiment.dataset.Frames;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private final Frames pixels = TestFrames.random(11, 3, 2, 24, 16);
  private final Frames latents = DctCodec.codec().encode(pixels);

  @Test
  void negated_latents_are_latents_of_negated_pixels() {
    Frames negated = new Augmentation(true, false, false, false).apply(latents);
    assertEquals(
        0, largestDifference(DctCodec.codec().encode(TestFrames.negated(pixels)), negated));
  }

  @Test
  void flipped_latents_are_latents_of_pixels_turned_upside_down() {
    Frames upside = Frames.zeros(3, 2, 24, 16);
    for (int c = 0; c < 3; c++) {
      for (int t = 0; t < 2; t++) {
        for (int y = 0; y < 24; y++) {
          for (int x = 0; x < 16; x++) {
            upside.values()[upside.index(c, t, y, x)] = pixels.at(c, t, 23 - y, x);
          }
        }
      }
    }
    Frames flipped = new Augmentation(false, false, false, true).apply(latents);
    assertTrue(largestDifference(DctCodec.codec().encode(upside), flipped) < 2e-6);
  }

  /// c1 = (R-B)/√2: exchanging red and blue negates it and keeps c0 and c2.
  @Test
  void negating_c1_exchanges_red_and_blue() {
    Frames exchanged = Frames.zeros(3, 2, 24, 16);
    int plane = 2 * 24 * 16;
    for (int c = 0; c < 3; c++) {
      System.arraycopy(pixels.values(), c * plane, exchanged.values(), (2 - c) * plane, plane);
    }
    Frames negated = new Augmentation(false, true, false, false).apply(latents);
    assertTrue(largestDifference(DctCodec.codec().encode(exchanged), negated) < 2e-6);
  }

  @Test
  void the_sixteen_looks_differ_and_each_undoes_itself() {
    Set<Frames> looks = new HashSet<>();
    for (int i = 0; i < Augmentation.COUNT; i++) {
      Frames look = Augmentation.of(i).apply(latents);
      looks.add(look);
      assertEquals(0, largestDifference(latents, Augmentation.of(i).apply(look)));
    }
    assertEquals(16, looks.size());
    assertTrue(looks.contains(latents));
  }
}
