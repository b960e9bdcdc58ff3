package framepack.tests.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.media.Clip;
import framepack.media.FrameRate;
import framepack.media.PlaneOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClipTest {

  @ParameterizedTest
  @EnumSource(PlaneOrder.class)
  void planar_values_and_back_change_no_byte(PlaneOrder order) {
    byte[] all = new byte[256 * 3];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i * 7);
    }
    Clip clip = Clip.of(256, 1, FrameRate.of(8), List.of(all, new byte[256 * 3]));
    float[] values = clip.toPlanar(order);
    assertTrue(TestClips.same(clip, Clip.fromPlanar(values, order, 2, 1, 256, clip.rate())));
  }

  @Test
  void planar_orders_put_frames_or_colours_outermost() {
    byte[] first = {(byte) 255, 0, 0};
    byte[] second = {0, (byte) 255, 0};
    Clip clip = Clip.of(1, 1, FrameRate.of(8), List.of(first, second));
    float[] framesFirst = {1, -1, -1, -1, 1, -1};
    float[] coloursFirst = {1, -1, -1, 1, -1, -1};
    assertArrayEquals(framesFirst, clip.toPlanar(PlaneOrder.TCHW));
    assertArrayEquals(coloursFirst, clip.toPlanar(PlaneOrder.CTHW));
  }

  @Test
  void values_outside_are_clamped_and_nan_is_refused_with_its_frame() {
    float[] values = {-7, 7, 0, 0, 0, Float.NaN};
    Clip clip =
        Clip.fromPlanar(Arrays.copyOf(values, 3), PlaneOrder.TCHW, 1, 1, 1, FrameRate.of(8));
    assertArrayEquals(new byte[] {0, (byte) 255, (byte) 128}, clip.frame(0));
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Clip.fromPlanar(values, PlaneOrder.TCHW, 2, 1, 1, FrameRate.of(8)));
    assertEquals("frame 1 holds NaN: the model that made it has diverged", error.getMessage());
  }

  @Test
  void halving_averages_exactly_two_by_two_pixels() {
    Clip clip = TestClips.noise(1, 16, 8, FrameRate.of(8), 3);
    Clip half = clip.resized(8, 4);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 8; x++) {
        int sum = 2;
        for (int i = 0; i < 4; i++) {
          sum += clip.sample(0, 2 * y + i / 2, 2 * x + i % 2, 1);
        }
        assertEquals(sum / 4, half.sample(0, y, x, 1));
      }
    }
  }

  @Test
  void another_shape_crops_at_the_centre() {
    byte[] columns = new byte[6 * 2 * 3];
    for (int i = 0; i < 12; i++) {
      Arrays.fill(columns, i * 3, i * 3 + 3, (byte) (10 * (i % 6)));
    }
    Clip square = Clip.of(6, 2, FrameRate.of(8), List.of(columns)).resized(2, 2);
    assertEquals(20, square.sample(0, 0, 0, 0));
    assertEquals(30, square.sample(0, 1, 1, 2));
  }

  @ParameterizedTest
  @CsvSource({"64, 48", "7, 5", "3, 97", "200, 10", "1, 1"})
  void one_colour_stays_that_colour_at_every_size(int width, int height) {
    byte[] grey = new byte[41 * 23 * 3];
    Arrays.fill(grey, (byte) 77);
    Clip clip = Clip.of(41, 23, FrameRate.of(8), List.of(grey)).resized(width, height);
    byte[] expected = new byte[width * height * 3];
    Arrays.fill(expected, (byte) 77);
    assertArrayEquals(expected, clip.frame(0));
  }

  @Test
  void growing_interpolates_without_leaving_the_range_of_its_neighbours() {
    byte[] pixels = {0, 0, 0, 100, 100, 100};
    Clip clip = Clip.of(2, 1, FrameRate.of(8), List.of(pixels)).resized(8, 4);
    int last = 0;
    for (int x = 0; x < 8; x++) {
      int here = clip.sample(0, 2, x, 0);
      assertTrue(here >= last && here <= 100, "column " + x + " is " + here);
      last = here;
    }
    assertTrue(clip.sample(0, 2, 3, 0) > 20 && clip.sample(0, 2, 3, 0) < 80);
  }

  @Test
  void frame_rates_are_fractions() {
    assertEquals(new FrameRate(30000, 1001), FrameRate.of(29.97));
    assertEquals(new FrameRate(25, 2), FrameRate.of(12.5));
    assertEquals(new FrameRate(24, 1), FrameRate.of(24.0));
    assertEquals(new FrameRate(3, 2), new FrameRate(6, 4));
    assertThrows(IllegalArgumentException.class, () -> new FrameRate(0, 1));
  }

  @Test
  void a_clip_shares_no_array_with_its_maker_or_reader() {
    byte[] frame = {1, 2, 3};
    Clip clip = Clip.of(1, 1, FrameRate.of(8), List.of(frame));
    frame[0] = 9;
    clip.frame(0)[1] = 9;
    assertArrayEquals(new byte[] {1, 2, 3}, clip.frame(0));
  }
}
