package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.order.DecodeWindow;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.SoftAppend;
import framepack.pack.PackSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// T10: blending of decoded windows.
class SoftAppendPaperTest {
  @Test
  void weights_fall_linearly_from_one_to_zero() {
    float[] weights = SoftAppend.weights(33);
    assertEquals(1f, weights[0]);
    assertEquals(0.96875f, weights[1]);
    assertEquals(0.5f, weights[16]);
    assertEquals(0f, weights[32]);
    assertArrayEquals(new float[] {1}, SoftAppend.weights(1));
    assertArrayEquals(new float[] {1, 0}, SoftAppend.weights(2));
  }

  @Test
  void a_constant_video_stays_constant() {
    float[] history = new float[2 * 40 * 3];
    float[] current = new float[2 * 69 * 3];
    Arrays.fill(history, 0.25f);
    Arrays.fill(current, 0.25f);
    float[] joined = SoftAppend.join(history, current, 2, 3, 33);
    assertEquals(2 * (40 + 69 - 33) * 3, joined.length);
    for (float value : joined) {
      assertEquals(0.25f, value);
    }
  }

  @Test
  void blending_is_the_identity_where_both_agree() {
    float[] whole = {0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f};
    float[] joined =
        SoftAppend.join(Arrays.copyOf(whole, 7), Arrays.copyOfRange(whole, 3, 10), 1, 1, 4);
    assertArrayEquals(whole, joined, 1e-6f);
  }

  @Test
  void rows_are_blended_apart_and_planes_share_a_weight() {
    float[] history = {1, 1, 2, 2, /* second row */ 5, 5, 6, 6};
    float[] current = {4, 4, 8, 8, 9, 9, /* second row */ 0, 0, 1, 1, 2, 2};
    float[] expected = {1, 1, 8, 8, 9, 9, 5, 5, 1, 1, 2, 2};
    // overlap 2 has weights 1, 0: the first shared frame is history's, the second is current's
    assertArrayEquals(expected, SoftAppend.join(history, current, 2, 2, 2));
  }

  @Test
  void without_overlap_the_parts_are_concatenated() {
    float[] joined = SoftAppend.join(new float[] {1, 2}, new float[] {3}, 1, 1, 0);
    assertArrayEquals(new float[] {1, 2, 3}, joined);
    assertArrayEquals(joined, SoftAppend.join(new float[] {1, 2}, new float[] {3}, 1, 1, -1));
  }

  @Test
  void too_short_or_torn_parts_are_refused() {
    assertThrows(
        IllegalArgumentException.class, () -> SoftAppend.join(new float[2], new float[4], 1, 1, 3));
    assertThrows(
        IllegalArgumentException.class, () -> SoftAppend.join(new float[5], new float[4], 2, 1, 1));
  }

  /// Windows of the released layouts: 9 or 10 latents first, then 18, at the end 19.
  @ParameterizedTest
  @CsvSource({
    "framepack, 4, 9 18 18 19, 33 69 69 73",
    "framepack, 1, 10, 37",
    "framepack-f1, 4, 10 18 18 18, 37 69 69 69",
  })
  void windows_have_the_official_lengths(String name, int sections, String latents, String pixels) {
    SectionPlan plan = new SectionPlan(PackSpec.parse(name), sections, 1);
    String[] expectedLatents = latents.split(" ");
    String[] expectedPixels = pixels.split(" ");
    for (Section section : plan.all()) {
      DecodeWindow window = section.decodes().getFirst();
      assertEquals(Integer.parseInt(expectedLatents[section.index()]), window.count());
      assertEquals(Integer.parseInt(expectedPixels[section.index()]), window.pixelFrames());
      assertEquals(section.index() == 0 ? 0 : 33, window.overlap());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"framepack", "framepack-f1", "td_f1k1_g9", "td_f16k4f2k2f1k1_g9_x_f1k1"})
  void joined_windows_always_total_four_latents_minus_three(String name) {
    for (int sections : new int[] {1, 2, 3, 5, 50}) {
      SectionPlan plan = new SectionPlan(PackSpec.parse(name), sections, 1);
      int frames = 0;
      int lowest = Integer.MAX_VALUE;
      for (Section section : plan.all()) {
        for (DecodeWindow window : section.decodes()) {
          frames += window.pixelFrames() - window.overlap();
          lowest = Math.min(lowest, window.first());
        }
      }
      assertEquals(4 * plan.latents() - 3, frames);
      assertEquals(0, lowest);
    }
  }
}
