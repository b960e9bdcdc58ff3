package framepack.tests.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.history.Codebook;
import framepack.history.HistoryDiscretizer;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.random.Philox;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryDiscretizerTest {
  private static final Codebook FOUR =
      new Codebook(2, new float[] {1, 1, -1, 1, 1, -1, -1, -1}, null);

  private static void on(String device, Codebook codebook, Consumer<HistoryDiscretizer> test) {
    try (Backend backend = Backends.open(device);
        Workspace home = Workspace.open(backend)) {
      test.accept(new HistoryDiscretizer(codebook, false, home));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void every_latent_pixel_becomes_its_nearest_code(String device) {
    on(
        device,
        FOUR,
        discretizer -> {
          // [b 1, c 2, t 1, h 1, w 4]
          Tensor latents =
              Tensor.of(new float[] {0.2f, -3, 0.1f, -7, 9, 0.5f, -2, -6}, 1, 2, 1, 1, 4);
          Tensor codes = discretizer.codes(latents);
          assertEquals(Shape.of(1, 1, 1, 4), codes.shape());
          assertEquals(DType.I64, codes.dtype());
          assertArrayEquals(new long[] {0, 1, 2, 3}, codes.toLongs());
          assertArrayEquals(
              new float[] {1, -1, 1, -1, 1, 1, -1, -1}, discretizer.apply(latents).toFloats());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void frames_that_do_not_exist_stay_exact_zeros(String device) {
    on(
        device,
        FOUR,
        discretizer -> {
          float[] values = new Philox(1, 2, 3).normal(2 * 2 * 3 * 4);
          for (int c = 0; c < 2; c++) {
            Arrays.fill(values, (c * 3 + 1) * 4, (c * 3 + 2) * 4, 0); // frame 1 of item 0
          }
          values[0] = 0; // one pixel of a frame that exists
          values[12] = 0;
          Tensor latents = Tensor.of(values, 2, 2, 3, 2, 2);
          float[] discrete = discretizer.apply(latents).toFloats();
          for (int i = 0; i < discrete.length; i++) {
            boolean missing = i < 24 && i / 4 % 3 == 1;
            float expected = missing ? 0 : Math.abs(discrete[i]);
            assertEquals(missing ? 0 : 1, expected);
            assertEquals(
                missing ? 0 : Float.floatToIntBits(discrete[i]), Float.floatToIntBits(discrete[i]));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void a_latent_that_is_not_finite_is_never_hidden(String device) {
    on(
        device,
        FOUR,
        discretizer -> {
          for (float strange : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] values = {2, 2, strange, 2, 2, 2, -2, 2};
            float[] discrete = discretizer.apply(Tensor.of(values, 1, 2, 2, 1, 2)).toFloats();
            assertArrayEquals(new float[] {1, 1, Float.NaN, 1, 1, 1, discrete[6], 1}, discrete);
          }
        });
  }

  @Test
  void many_pixels_give_the_same_in_pieces_and_need_no_score_for_all_of_them() {
    Codebook codebook = new Codebook(16, new Philox(4, 0, 0).normal(256 * 16), null);
    float[] values = new Philox(5, 0, 0).normal(16 * 8 * 40 * 52);
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.open(backend)) {
      HistoryDiscretizer discretizer = new HistoryDiscretizer(codebook, false, home);
      Tensor latents = Tensor.of(values, 1, 16, 8, 40, 52);
      long before = home.usedBytes();
      Tensor discrete = discretizer.apply(latents);
      long kept = home.usedBytes() - before;
      assertTrue(kept <= discrete.spec().bytes() + 4096, "kept " + kept);
      float[] all = discrete.toFloats();
      Tensor last = latents.slice(2, 7, 8).slice(3, 39, 40);
      float[] alone = discretizer.apply(last).toFloats();
      assertArrayEquals(discrete.slice(2, 7, 8).slice(3, 39, 40).toFloats(), alone);
      assertEquals(values.length, all.length);
    }
  }

  @Test
  void latents_of_another_width_are_refused() {
    on(
        "cpu",
        FOUR,
        discretizer -> {
          for (long[] shape : new long[][] {{1, 3, 1, 1, 4}, {1, 2, 4, 1}}) {
            var error =
                assertThrows(ShapeMismatch.class, () -> discretizer.apply(Tensor.zeros(shape)));
            assertTrue(error.getMessage().contains("[b, 2, t, h, w]"), error.getMessage());
          }
        });
  }
}
