package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.guidance.TeaCache;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import framepack.tests.model.SmallModel;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// T13: the polynomial, how long a run of skipped steps can get, and what a skipped step returns.
class TeaCachePaperTest {
  private static final double LEAST_CHANGE = 0.0314;

  @ParameterizedTest
  @CsvSource({"0, 0.09612379", "0.03, 0.05222", "0.1, 0.1292", "0.15, 0.16172"})
  void the_estimate_is_the_fitted_polynomial(double change, double estimate) {
    assertEquals(estimate, TeaCache.estimate(change), 1e-5);
  }

  @Test
  void no_change_is_estimated_below_0_052() {
    double least = Double.POSITIVE_INFINITY;
    for (double d = 0; d <= 0.4; d += 1e-5) {
      least = Math.min(least, TeaCache.estimate(d));
    }
    assertEquals(0.0521497, least, 1e-7);
  }

  @ParameterizedTest
  @CsvSource({"0.15, 2", "0.10, 1", "0.05, 0", "0, 0"})
  void runs_of_skipped_steps_are_bounded(double threshold, int longest) {
    assertEquals(longest, longestSkip(25, threshold, _ -> LEAST_CHANGE));
    for (int seed = 0; seed < 4; seed++) {
      float[] random = SmallModel.random(seed, 0.1, 25);
      int run = longestSkip(25, threshold, i -> Math.abs(random[i]));
      assertTrue(run <= longest, run + " skipped in a row");
    }
  }

  @Test
  void the_first_and_the_last_step_always_compute() {
    boolean[] computed = computed(4, 1e9, _ -> LEAST_CHANGE);
    assertArrayEquals(new boolean[] {true, false, false, true}, computed);
    assertArrayEquals(new boolean[] {true}, computed(1, 1e9, _ -> LEAST_CHANGE));
  }

  @Test
  void the_estimate_adds_up_anew_after_every_computed_step() {
    boolean[] everyThird = {true, false, false, true, false, false, true, false, false, true, true};
    assertArrayEquals(everyThird, computed(11, 0.15, _ -> LEAST_CHANGE));
  }

  @Test
  void a_skipped_step_adds_the_last_residual() {
    try (Backend backend = Backends.open("reference");
        Workspace _ = Workspace.open(backend);
        TeaCache cache = new TeaCache(3, 1e9)) {
      Tensor same = Tensor.full(1, 1, 2, 2);
      cache.apply(() -> same, Tensor.full(5, 1, 2, 2), hidden -> hidden.mul(3)); // residual 10
      Tensor skipped =
          cache.apply(
              () -> same,
              Tensor.full(7, 1, 2, 2),
              _ -> {
                throw new AssertionError("the blocks ran");
              });
      assertArrayEquals(new float[] {17, 17, 17, 17}, skipped.toFloats());
      assertEquals(0, cache.change());
      assertEquals(TeaCache.estimate(0), cache.accumulated());
    }
  }

  @Test
  void the_next_section_starts_over_and_may_have_another_size() {
    try (Backend backend = Backends.open("cpu");
        Workspace _ = Workspace.open(backend);
        TeaCache cache = new TeaCache(2, 1e9)) {
      for (int tokens = 3; tokens < 6; tokens++) {
        Tensor hidden = Tensor.full(tokens, 1, tokens, 2);
        cache.apply(() -> hidden, hidden, h -> h.add(1));
        assertTrue(Double.isNaN(cache.change()));
        cache.apply(() -> hidden, hidden, h -> h.add(1));
      }
    }
  }

  @Test
  void threshold_0_is_bit_identical_to_no_cache() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend);
        TeaCache cache = new TeaCache(4, 0)) {
      Params params = Params.create(home, 3);
      HunyuanVideoPacked model = new HunyuanVideoPacked(SmallModel.config(1, 1), params);
      SmallModel.open(params);
      TransformerInput in = SmallModel.input(1);
      for (int i = 0; i < 4; i++) {
        TransformerInput at = in.at(in.latents().mul(1 - 0.1 * i), Tensor.full(900 - i, 1));
        float[] plain = model.forward(at).toFloats();
        assertArrayEquals(plain, model.forward(at, cache).toFloats());
        assertTrue(cache.computed());
      }
    }
  }

  @Test
  void impossible_settings_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> new TeaCache(0, 0.1));
    assertThrows(IllegalArgumentException.class, () -> new TeaCache(5, -1));
    assertThrows(IllegalArgumentException.class, () -> new TeaCache(5, Double.NaN));
  }

  private static int longestSkip(int steps, double threshold, IntToDoubleFunction change) {
    int run = 0;
    int longest = 0;
    for (boolean computed : computed(steps, threshold, change)) {
      run = computed ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  /// Which steps compute if step `i` changes the blocks' input by the share `change(i)`.
  private static boolean[] computed(int steps, double threshold, IntToDoubleFunction change) {
    boolean[] computed = new boolean[steps];
    try (Backend backend = Backends.open("reference");
        Workspace _ = Workspace.open(backend);
        TeaCache cache = new TeaCache(steps, threshold)) {
      double value = 1;
      for (int i = 0; i < steps; i++) {
        value *= 1 + change.applyAsDouble(i);
        Tensor hidden = Tensor.full(value, 1, 2, 3);
        cache.apply(() -> hidden, hidden, h -> h.mul(2));
        computed[i] = cache.computed();
      }
    }
    return computed;
  }
}
