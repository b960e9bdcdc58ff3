package framepack.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.Frames;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssignmentTest {
  private static Assignment assign(float[] centres, float... pixels) {
    LatentPixels all = LatentPixels.of(List.of(new Frames(1, pixels.length, 1, 1, pixels)));
    try (Backend cpu = Backends.open("cpu:1")) {
      return Assignment.of(all, centres, cpu);
    }
  }

  @Test
  void centres_move_to_the_mean_of_their_pixels() {
    Assignment all = assign(new float[] {1, 10}, 0, 3, 9, 12, 12);
    assertEquals((1 + 4 + 1 + 4 + 4) / 5.0, all.distortion());
    assertFalse(all.leavesCodesEmpty());
    assertArrayEquals(new float[] {1.5f, 11}, all.centres());
  }

  @Test
  void centres_without_pixels_move_to_different_pixels_the_farthest_first() {
    Assignment all = assign(new float[] {100, 2, -100, 200}, 0, 10, 10, 4, -5);
    assertTrue(all.leavesCodesEmpty());
    assertArrayEquals(new float[] {10, 19 / 5f, -5, 0}, all.centres());
  }

  @Test
  void a_centre_without_pixels_goes_where_no_pixel_is_left_over() {
    Assignment all = assign(new float[] {4, 100, 7}, 4, 4, 7);
    assertEquals(0, all.distortion());
    assertArrayEquals(new float[] {4, 7}, all.centres());
  }
}
