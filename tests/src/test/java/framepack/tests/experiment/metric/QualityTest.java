package framepack.tests.experiment.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.metric.Colours;
import framepack.experiment.metric.Motion;
import framepack.experiment.metric.MsSsim;
import framepack.experiment.metric.Quality;
import framepack.experiment.metric.QualityDrift;
import framepack.experiment.metric.RandomFeatures;
import framepack.experiment.metric.SpectralSlope;
import framepack.experiment.metric.Ssim;
import framepack.tensor.random.Philox;
import framepack.tests.experiment.dataset.TestFrames;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QualityTest {
  private static final int SIDE = 64;

  /// The same value along every row and in all channels.
  private static Frames along(IntToDoubleFunction value) {
    Frames frames = Frames.zeros(3, 1, SIDE, SIDE);
    for (int i = 0; i < frames.values().length; i++) {
      frames.values()[i] = (float) value.applyAsDouble(i % SIDE);
    }
    return frames;
  }

  private static double one(Quality quality, Frames frame) {
    return quality.of(frame, frame)[0];
  }

  @Test
  void sharpness_of_stripes_is_half_their_squared_step_and_contrast_their_amplitude() {
    Frames stripes = along(x -> x % 2 == 0 ? 0.25 : -0.25);
    assertEquals(0.125, one(Quality.SHARPNESS, stripes), 1e-6); // every step across, none down
    assertEquals(0.25, one(Quality.CONTRAST, stripes), 1e-6);
    Frames ramp = along(x -> x / 64.0);
    assertEquals(0.5 / 4096, one(Quality.SHARPNESS, ramp), 1e-9);
    assertEquals(Math.sqrt((64.0 * 64 - 1) / 12) / 64, one(Quality.CONTRAST, ramp), 1e-6);
  }

  @Test
  void colours_that_all_move_by_a_step_are_its_square_away() {
    Frames frames = TestFrames.random(3, 3, 2, 16, 16);
    assertEquals(0, new Colours(frames.slice(0, 1)).distance(frames, 0), 1e-6);
    double moved = new Colours(frames.slice(0, 1)).distance(TestFrames.plus(frames, 0.5), 0);
    assertEquals(3 * 0.25, moved, 1e-6);
  }

  @Test
  void colours_that_are_stretched_are_the_squared_difference_of_their_deviations_away() {
    Frames grey = along(x -> x % 2 == 0 ? 0.2 : -0.2);
    Frames wide = along(x -> x % 2 == 0 ? 0.6 : -0.6);
    // one direction, deviations √3 · 0.2 and √3 · 0.6
    assertEquals(3 * 0.16, new Colours(grey).distance(wide, 0), 1e-6);
    assertEquals(3 * 0.16, new Colours(wide).distance(grey, 0), 1e-6);
  }

  @Test
  void random_features_mind_texture_and_not_brightness() {
    Frames texture = TestFrames.random(4, 3, 1, SIDE, SIDE);
    RandomFeatures features = new RandomFeatures(texture);
    assertEquals(0, features.distance(texture, 0), 1e-6);
    assertEquals(0, features.distance(TestFrames.plus(texture, 0.3), 0), 1e-4);
    Frames other = TestFrames.random(5, 3, 1, SIDE, SIDE);
    Frames waves = TestFrames.waves(1, SIDE, SIDE);
    assertTrue(features.distance(waves, 0) > 10 * features.distance(other, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 2, 3})
  void the_spectral_slope_of_power_law_noise_is_its_exponent(double exponent) {
    double mean = 0;
    for (int seed = 0; seed < 8; seed++) {
      mean += SpectralSlope.of(powerLaw(seed, exponent), 0) / 8;
    }
    assertEquals(-exponent, mean, 0.25);
  }

  /// Waves in all directions whose power falls with frequency.
  private static Frames powerLaw(long seed, double exponent) {
    Frames frame = Frames.zeros(3, 1, SIDE, SIDE);
    Philox random = Philox.of(seed);
    for (int u = -31; u <= 31; u++) {
      for (int v = 0; v <= 31; v++) {
        double f = Math.hypot(u, v);
        if (f < 1 || f > 31) continue;
        double size = Math.pow(f, -exponent / 2) * random.nextGaussian();
        double phase = 2 * Math.PI * random.nextDouble();
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            double wave = Math.cos(2 * Math.PI * (u * x + v * y) / SIDE + phase);
            for (int c = 0; c < 3; c++) {
              frame.values()[frame.index(c, 0, y, x)] += (float) (size * wave);
            }
          }
        }
      }
    }
    return frame;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 8, 16})
  void motion_is_how_far_the_picture_was_moved(int pixels) {
    Frames wide = TestFrames.random(6, 3, 1, SIDE, SIDE + 16);
    Frames two = Frames.zeros(3, 2, SIDE, SIDE);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          two.values()[two.index(c, 0, y, x)] = wide.at(c, 0, y, x);
          two.values()[two.index(c, 1, y, x)] = wide.at(c, 0, y, x + pixels);
        }
      }
    }
    assertEquals(pixels, Motion.of(two, 1));
    assertArrayEquals(new double[] {pixels, pixels}, Quality.MOTION.of(two, two));
  }

  @ParameterizedTest
  @EnumSource(Quality.class)
  void a_video_that_repeats_a_frame_does_not_drift(Quality quality) {
    Frames still = TestFrames.random(7, 3, 1, 32, 32).lastRepeated(8);
    QualityDrift drift = QualityDrift.of(quality, List.of(still), List.of(still), 2);
    assertEquals(0, drift.drift(), 1e-9);
    assertEquals(0, drift.signed(), 1e-9);
    assertEquals(4, drift.curve().length);
    assertEquals(drift.truth(), drift.curve()[3], 1e-9);
  }

  @Test
  void a_fading_video_drifts_by_what_its_contrast_loses() {
    Frames[] frames = new Frames[20];
    for (int t = 0; t < 20; t++) {
      double size = 1 - 0.04 * t;
      frames[t] = along(x -> x % 2 == 0 ? size : -size);
    }
    Frames fading = Frames.concat(List.of(frames));
    QualityDrift drift =
        QualityDrift.of(Quality.CONTRAST, List.of(fading), List.of(fading.slice(0, 1)), 4);
    // start: frames 0 to 2, end: frames 17 to 19, slope 0.04
    assertEquals(0.04 * 17, drift.drift(), 1e-6);
    assertEquals(-0.04 * 17, drift.signed(), 1e-6);
    assertArrayEquals(new double[] {0.94, 0.78, 0.62, 0.46, 0.30}, drift.curve(), 1e-6);
    assertEquals(1, drift.truth(), 1e-6);
  }

  @Test
  void structural_similarity_at_one_scale_is_plain_and_at_more_the_weighted_product() {
    Frames a = TestFrames.waves(1, 16, 16);
    Frames b = TestFrames.plus(TestFrames.negated(TestFrames.negated(a)), 0.2);
    assertEquals(1, MsSsim.scales(21));
    assertEquals(2, MsSsim.scales(22));
    assertEquals(5, MsSsim.scales(176));
    assertEquals(Ssim.of(a, b), MsSsim.of(a, b), 1e-12);
    Frames large = TestFrames.waves(1, SIDE, SIDE);
    assertEquals(1, MsSsim.of(large, large), 1e-12);
    // brighter by a constant: structure 1 at every scale, so only the coarsest scale's light
    // remains
    Frames bright = TestFrames.plus(large, 0.4);
    assertTrue(MsSsim.of(large, bright) > Ssim.of(large, bright));
    assertTrue(MsSsim.of(large, bright) < 1);
    assertThrows(DatasetError.class, () -> MsSsim.of(a.slice(0, 0), a.slice(0, 0)));
  }

  @Test
  void structural_similarity_of_some_columns_does_not_see_the_others() {
    Frames truth = TestFrames.waves(1, SIDE, SIDE);
    Frames made = truth.slice(0, 1);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < 20; x++) made.values()[made.index(c, 0, y, x)] = 0;
      }
    }
    boolean[][] right = new boolean[1][SIDE];
    boolean[][] left = new boolean[1][SIDE];
    for (int x = 0; x < SIDE; x++) {
      right[0][x] = x >= 32;
      left[0][x] = x < 15;
    }
    assertEquals(1, Ssim.of(truth, made, right), 1e-12);
    assertTrue(Ssim.of(truth, made, left) < 0.2);
    assertTrue(Double.isNaN(Ssim.of(truth, made, new boolean[1][SIDE])));
  }
}
