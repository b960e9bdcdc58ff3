package framepack.tests.experiment.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.metric.Contrast;
import framepack.experiment.metric.Sharpness;
import framepack.experiment.metric.Ssim;
import framepack.tests.experiment.dataset.TestFrames;
import org.junit.jupiter.api.Test;

/// Sharpness, contrast and SSIM: what a viewer sees and PSNR does not say.
class AppearanceTest {
  private final Frames latents = TestFrames.random(5, 16, 3, 8, 8);

  @Test
  void scaling_latents_scales_contrast_and_squares_sharpness() {
    Frames stronger = latents.slice(0, 3);
    for (int i = 0; i < stronger.values().length; i++) stronger.values()[i] *= 1.5f;
    assertEquals(1, Sharpness.ratio(latents, latents));
    assertEquals(2.25, Sharpness.ratio(latents, stronger), 1e-6);
    assertEquals(1.5, Contrast.ratio(latents, stronger), 1e-6);
  }

  @Test
  void a_brighter_video_has_the_same_contrast_and_sharpness() {
    Frames brighter = latents.slice(0, 3);
    for (int i = 0; i < 3 * 64; i++) brighter.values()[i] += 2;
    assertEquals(1, Contrast.ratio(latents, brighter), 1e-6);
    assertEquals(1, Sharpness.ratio(latents, brighter));
  }

  @Test
  void colour_counts_for_neither() {
    Frames grey = latents.slice(0, 3);
    for (int i = grey.index(10, 0, 0, 0); i < grey.values().length; i++) grey.values()[i] = 0;
    assertEquals(1, Contrast.ratio(latents, grey));
    assertEquals(1, Sharpness.ratio(latents, grey));
  }

  @Test
  void equal_frames_have_an_ssim_of_one_and_noise_lowers_it() {
    Frames waves = TestFrames.waves(2, 32, 40);
    assertEquals(1, Ssim.of(waves, waves), 1e-12);
    Frames noisy = waves.slice(0, 2);
    Frames grain = TestFrames.random(1, 3, 2, 32, 40);
    for (int i = 0; i < grain.values().length; i++) noisy.values()[i] += 0.2f * grain.values()[i];
    double ssim = Ssim.of(waves, noisy);
    assertTrue(ssim > 0.5 && ssim < 0.95, "ssim " + ssim);
    assertEquals(ssim, Ssim.of(noisy, waves), 1e-12);
  }

  /// Two constants a and b: the structure term is 1 and the light term remains.
  @Test
  void flat_frames_give_the_closed_form_of_the_light_term() {
    Frames a = TestFrames.plus(Frames.zeros(1, 1, 12, 13), 0.5);
    Frames b = TestFrames.plus(Frames.zeros(1, 1, 12, 13), 0.25);
    double c1 = 0.02 * 0.02;
    double expected = (2 * 0.5 * 0.25 + c1) / (0.25 + 0.0625 + c1);
    assertEquals(expected, Ssim.of(a, b), 1e-9);
  }

  @Test
  void frames_smaller_than_the_window_are_refused() {
    Frames small = Frames.zeros(3, 1, 10, 64);
    var error = assertThrows(DatasetError.class, () -> Ssim.of(small, small));
    assertTrue(error.getMessage().contains("11x11"), error.getMessage());
  }
}
