package framepack.tests.experiment.dataset;

import static framepack.tests.experiment.dataset.TestFrames.largestDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.ClipDataset;
import framepack.experiment.dataset.ClipDataset.Cut;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.DctCodec;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.LinearPatchCodec;
import framepack.experiment.dataset.PatchComponents;
import framepack.experiment.metric.SquaredError;
import framepack.media.ClipReader;
import framepack.media.Wanted;
import framepack.tensor.random.Philox;
import org.junit.jupiter.api.Test;

class ClipDatasetTest {
  private static final Frames WAVES = TestFrames.waves(20, 48, 32);
  private static final ClipDataset CLIP = ClipDataset.of("waves", WAVES, Cut.DEFAULT);

  @Test
  void principal_components_are_orthonormal() {
    for (int a = 0; a < 16; a++) {
      for (int b = 0; b < 16; b++) {
        double dot = 0;
        for (int i = 0; i < LinearPatchCodec.PATCH_VALUES; i++) {
          dot += (double) CLIP.codec().direction(a)[i] * CLIP.codec().direction(b)[i];
        }
        assertEquals(a == b ? 1 : 0, dot, 1e-5, a + " and " + b);
      }
    }
  }

  @Test
  void principal_components_keep_more_of_their_own_data_than_cosines_do() {
    Frames noisy = WAVES.slice(0, 16);
    Frames grain = TestFrames.random(6, 3, 16, 48, 32);
    for (int i = 0; i < grain.values().length; i++) noisy.values()[i] += 0.3f * grain.values()[i];
    LinearPatchCodec own = PatchComponents.fit(noisy, 16, 100_000, 0).codec();
    double ours = SquaredError.ofPixels(noisy, own.decode(own.encode(noisy))).mean();
    LinearPatchCodec cosines = DctCodec.codec();
    double theirs = SquaredError.ofPixels(noisy, cosines.decode(cosines.encode(noisy))).mean();
    assertTrue(ours < 0.8 * theirs, ours + " against " + theirs);
  }

  /// What is not kept is the error: share and PSNR are two views of one number.
  @Test
  void the_kept_share_of_variance_agrees_with_the_error() {
    Frames pixels = TestFrames.random(13, 3, 4, 32, 32);
    PatchComponents fit = PatchComponents.fit(pixels, 16, 1_000, 0);
    double lost =
        SquaredError.ofPixels(pixels, fit.codec().decode(fit.codec().encode(pixels))).mean();
    double expected = (1 - fit.share()) * fit.variance() / LinearPatchCodec.PATCH_VALUES;
    assertEquals(expected, lost, 1e-5 * expected);
    assertTrue(fit.share() > 16.0 / 192 && fit.share() < 1);
  }

  @Test
  void more_channels_keep_more_and_all_channels_keep_everything() {
    Frames pixels = TestFrames.random(14, 3, 8, 32, 32);
    double last = 0;
    for (int channels : new int[] {1, 4, 16, 64, 192}) {
      PatchComponents fit = PatchComponents.fit(pixels, channels, 1_000, 0);
      assertTrue(fit.share() > last);
      last = fit.share();
      if (channels == 192) {
        Frames back = fit.codec().decode(fit.codec().encode(pixels));
        assertTrue(largestDifference(pixels, back) < 1e-5);
      }
    }
    assertEquals(1, last, 1e-9);
  }

  @Test
  void the_codec_and_the_norm_see_training_frames_only() {
    Frames changed = WAVES.with(16, TestFrames.random(1, 3, 4, 48, 32));
    ClipDataset other = ClipDataset.of("changed", changed, Cut.DEFAULT);
    assertEquals(16, CLIP.trainingFrames());
    assertEquals(CLIP.norm(), other.norm());
    assertEquals(CLIP.latents().slice(0, 16), other.latents().slice(0, 16));
    assertEquals(CLIP.kept().trainingPsnr(), other.kept().trainingPsnr());
    assertTrue(other.kept().heldOutPsnr() < CLIP.kept().heldOutPsnr() - 10);
  }

  @Test
  void what_is_kept_is_the_psnr_of_decoded_latents() {
    Frames grain = TestFrames.random(7, 3, 20, 48, 32);
    ClipDataset clip = ClipDataset.of("grain", grain, Cut.DEFAULT);
    Frames decoded = clip.decode(clip.latents());
    double training = SquaredError.ofPixels(grain.slice(0, 16), decoded.slice(0, 16)).psnr();
    double heldOut = SquaredError.ofPixels(grain.slice(16, 4), decoded.slice(16, 4)).psnr();
    assertEquals(training, clip.kept().trainingPsnr(), 1e-3);
    assertEquals(heldOut, clip.kept().heldOutPsnr(), 1e-3);
    assertTrue(training > heldOut, "it was fitted to the training frames");
    assertTrue(CLIP.kept().toString().matches("\\d+\\.\\d\\d % of the variance, PSNR .* frames"));
  }

  @Test
  void taken_windows_never_reach_the_held_out_frames() {
    Philox draws = Philox.of(3);
    Frames training = CLIP.latents().slice(0, CLIP.trainingFrames());
    boolean first = false;
    boolean last = false;
    for (int i = 0; i < 300; i++) {
      Frames window = CLIP.take(draws, 5).frames();
      int start = 0;
      while (!training.slice(start, 5).equals(window)) start++;
      first |= start == 0;
      last |= start == 11;
    }
    assertTrue(first && last);
    assertEquals(training, CLIP.take(draws, 16).frames());
  }

  @Test
  void a_stride_keeps_every_nth_frame() {
    ClipDataset clip = ClipDataset.of("strided", WAVES, new Cut(3, 0.3, 16, 0));
    assertEquals(7, clip.pixels().frames());
    assertEquals(5, clip.trainingFrames());
    assertEquals(WAVES.slice(18, 1), clip.pixels().slice(6, 1));
  }

  @Test
  void odd_sizes_lose_their_edges_evenly() {
    Frames odd = TestFrames.waves(6, 37, 55);
    ClipDataset clip = ClipDataset.of("odd", odd, Cut.DEFAULT);
    assertEquals(32, clip.pixels().rows());
    assertEquals(48, clip.pixels().columns());
    assertEquals(odd.at(1, 2, 2, 3), clip.pixels().at(1, 2, 0, 0));
  }

  @Test
  void a_still_picture_is_a_clip_and_fewer_patches_than_channels_are_enough() {
    Frames still = TestFrames.waves(1, 16, 16).lastRepeated(3);
    ClipDataset clip = ClipDataset.of("still", still, Cut.DEFAULT);
    assertTrue(clip.kept().trainingPsnr() > 60, clip.kept().toString());
    for (float v : clip.latents().values()) assertTrue(Float.isFinite(v));
    assertTrue(largestDifference(still, clip.decode(clip.latents())) < 1e-4);
  }

  @Test
  void bad_clips_are_refused_in_one_line() {
    Frames flat = TestFrames.plus(Frames.zeros(3, 9, 32, 32), 0.25);
    refuses("clip x: all training frames show one flat colour", flat, Cut.DEFAULT);
    refuses(
        "clip x: 20 frames, 2 with stride 10: expected at least 3", WAVES, new Cut(10, .2, 16, 0));
    refuses("at least 16x16 pixels", TestFrames.waves(5, 15, 40), Cut.DEFAULT);
    refuses("expected 3 channels", TestFrames.random(1, 1, 5, 32, 32), Cut.DEFAULT);
    refuses("clip x: 0 frames", Frames.zeros(3, 0, 32, 32), Cut.DEFAULT);
    refuses("1 to 192 channels", WAVES, new Cut(1, .2, 0, 0));
    Frames broken = WAVES.slice(0, 20);
    broken.values()[broken.index(1, 7, 3, 3)] = Float.NaN;
    refuses("frame 7 holds a pixel that is not a finite number", broken, Cut.DEFAULT);
    assertThrows(DatasetError.class, () -> new Cut(0, .2, 16, 0));
    assertThrows(DatasetError.class, () -> new Cut(1, Double.NaN, 16, 0));
    var tooLong = assertThrows(DatasetError.class, () -> CLIP.take(Philox.of(0), 17));
    assertTrue(tooLong.getMessage().contains("17 frames does not fit into 16"));
  }

  @Test
  void the_bundled_clip_survives_its_own_codec() {
    Wanted small = Wanted.everything().oneIn(4).sized(96, 64).first(40);
    ClipDataset clip = ClipDataset.of("cup", ClipReader.bundled(small), Cut.DEFAULT);
    assertEquals(40, clip.pixels().frames());
    assertEquals(64, clip.pixels().rows());
    assertEquals(32, clip.trainingFrames());
    assertTrue(clip.kept().variance() > 0.95, clip.kept().toString());
    assertTrue(clip.kept().trainingPsnr() > 25, clip.kept().toString());
    assertTrue(clip.kept().heldOutPsnr() > 24, clip.kept().toString());
  }

  private static void refuses(String words, Frames clip, Cut cut) {
    String message =
        assertThrows(DatasetError.class, () -> ClipDataset.of("x", clip, cut)).getMessage();
    assertTrue(message.contains(words) && !message.contains("\n"), message);
  }
}
